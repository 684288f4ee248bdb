package org.margay.virtio.net.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Netdev;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;
import org.margay.pci.PciBar;
import org.margay.pci.PciDevice;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.RecordingNetdev;
import org.margay.testkit.cards.VirtioDriverBench;

/** Frames, offloads and control of the card, as a driver and the network see them. */
class VirtioNetTest {
    private static final long ALL = -1;

    private static byte[] frame(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        System.arraycopy(MacAddress.parse(NetBench.MAC).bytes(), 0, bytes, 0, 6);
        bytes[12] = 8;
        bytes[13] = 0;
        return bytes;
    }

    private static byte[] content(NetBench bench, VirtioDriverBench.Used used) {
        return Arrays.copyOfRange(used.written(), bench.headerLength, used.written().length);
    }

    private static String bars(PciDevice<?> card) {
        return card.pci().bars().stream()
                .map(bar -> "%d %s %#x"
                        .formatted(bar.index(), bar.kind(), bar.region().size()))
                .toList()
                .toString();
    }

    // What it is.

    @Test
    void itLooksLikeTheCardThatDriversKnow() {
        NetBench bench = new NetBench(false, 0);
        PciDevice<?> card = (PciDevice<?>) bench.card;
        assertThat(card.pci().readConfig(PciRegister.VENDOR_ID, 4)).isEqualTo(0x1000_1AF4);
        assertThat(card.pci().readConfig(PciRegister.CLASS, 2)).isEqualTo(0x0200);
        assertThat(card.pci().readConfig(PciRegister.SUBSYSTEM_VENDOR_ID, 4)).isEqualTo(0x0001_1AF4);
        assertThat(bars(card))
                .isEqualTo("[0 IO 0x20, 1 MEMORY 0x1000, 4 MEMORY_64_PREFETCH 0x4000, 6 EXPANSION_ROM 0x10000]");
    }

    @Test
    void propertiesAreThoseThatAreKnown() {
        var properties = new PropertyBinder<>(VirtioNetPci.Properties.class, Wording.ofDevice("virtio-net-pci"));
        assertThat(properties.all())
                .extracting(property -> property.name() + "=" + property.defaultValue())
                .contains(
                        "ioeventfd=off",
                        "vectors=3",
                        "indirect_desc=on",
                        "event_idx=on",
                        "csum=on",
                        "guest_csum=on",
                        "gso=on",
                        "guest_tso4=on",
                        "guest_tso6=on",
                        "guest_ecn=on",
                        "guest_ufo=on",
                        "host_tso4=on",
                        "host_tso6=on",
                        "host_ecn=on",
                        "host_ufo=on",
                        "mrg_rxbuf=on",
                        "status=on",
                        "ctrl_vq=on",
                        "ctrl_rx=on",
                        "ctrl_vlan=on",
                        "ctrl_rx_extra=on",
                        "x-txtimer=150000",
                        "x-txburst=256",
                        "tx=null",
                        "disable-legacy=auto",
                        "disable-modern=off");
    }

    @Test
    void otherNamesChooseTheInterfaces() throws DeviceException {
        CardBench cards = CardBench.of(new DeviceBench());
        Device<?> both = cards.plug(new VirtioNetPciTransitional(), cards.bus(), Map.of("romfile", ""));
        assertThat(bars((PciDevice<?>) both)).startsWith("[0 IO").doesNotContain("ROM");
        Device<?> modern = cards.plug(new VirtioNetPciNonTransitional(), cards.bus(), Map.of());
        assertThat(bars((PciDevice<?>) modern)).startsWith("[1 MEMORY");
        assertThat(((PciDevice<?>) modern).pci().readConfig(PciRegister.DEVICE_ID, 2))
                .isEqualTo(0x1041);
        assertThatThrownBy(() ->
                        cards.plug(new VirtioNetPciNonTransitional(), cards.bus(), Map.of("disable-modern", "on")))
                .hasMessage("Property 'virtio-net-pci-non-transitional.disable-modern' not found");
        assertThatThrownBy(() -> cards.plug(new VirtioNetPci(), cards.bus(), Map.of("rx_queue_size", "100")))
                .hasMessage("Invalid rx_queue_size (= 100), must be a power of 2 between 256 and 1024.");
        assertThatThrownBy(() -> cards.plug(new VirtioNetPci(), cards.bus(), Map.of("vectors", "5000")))
                .hasMessage("unable to init msix vectors to 5000");
        assertThatThrownBy(() -> cards.plug(new VirtioNetPci(), cards.bus(), Map.of("duplex", "triple")))
                .hasMessage("'duplex' must be 'half' or 'full'");
    }

    @Test
    void featuresFollowTheProperties() {
        long modern = new NetBench(true, ALL).driver.features();
        assertThat(modern & (NetFeature.GSO | NetFeature.MTU | NetFeature.SPEED_DUPLEX))
                .isZero();
        assertThat(modern & 0xFFFFFF).isEqualTo(0x9FFFA7);
        assertThat(new NetBench(false, ALL).driver.features() & NetFeature.GSO).isNotZero();
        assertThat(new NetBench(true, ALL, "csum", "off").driver.features() & 0x7841)
                .isZero();
        assertThat(new NetBench(true, ALL, "guest_csum", "off").driver.features() & 0x0782)
                .isZero();
        assertThat(new NetBench(false, ALL, "ctrl_vq", "off").driver.features() & 0x9E0004)
                .isZero();
        assertThat(new NetBench(true, ALL, "host_mtu", "9000").driver.config(10, 2))
                .isEqualTo(9000);
        NetBench fast = new NetBench(true, ALL, "speed", "10000", "duplex", "full");
        assertThat(fast.driver.features() & NetFeature.SPEED_DUPLEX).isNotZero();
        assertThat(fast.driver.config(12, 4)).isEqualTo(10000);
        assertThat(fast.driver.config(16, 1)).isEqualTo(1);
        assertThat(new NetBench(true, ALL, "rx_queue_size", "1024").receive.size())
                .isEqualTo(1024);
    }

    // Sending.

    @Test
    void framesAreSent() {
        for (boolean modern : new boolean[] {false, true}) {
            for (long features : new long[] {0, ALL}) {
                NetBench bench = new NetBench(modern, features);
                byte[] one = frame(60, 1);
                byte[] two = frame(1514, 2);
                bench.send(one);
                bench.transmit
                        .chain()
                        .readable(concat(new byte[bench.headerLength], two))
                        .add();
                bench.transmit.kick();
                bench.run();
                assertThat(bench.netdev.takeFrames()).extracting(Frame::bytes).containsExactly(one, two);
                assertThat(bench.transmit.takeAll()).hasSize(2);
                assertThat(bench.interrupted()).isFalse();
                bench.cards.bench().advance(250_000);
                assertThat(bench.interrupted()).isTrue();
            }
        }
    }

    @Test
    void manyFramesInterruptAtOnce() {
        NetBench bench = new NetBench(true, ALL);
        for (int i = 0; i < 63; i++) {
            bench.send(frame(60, i));
        }
        assertThat(bench.interrupted()).isFalse();
        bench.send(frame(60, 63));
        assertThat(bench.interrupted()).isTrue();
        bench.cards.bench().advance(250_000);
        assertThat(bench.interrupted()).as("again").isFalse();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void notificationsAreNotWantedWhileItWorks() {
        for (long features : new long[] {0, VirtioDriverBench.EVENT_INDEX}) {
            NetBench bench = new NetBench(true, features);
            int before = bench.transmit.availableIndex();
            bench.transmit.chain().readable(new byte[12]).readable(frame(60, 1)).add();
            assertThat(bench.transmit.wantsKick(before)).isTrue();
            bench.transmit.kick();
            assertThat(bench.netdev.takeFrames()).as("not on the vCPU's thread").isEmpty();
            before = bench.transmit.availableIndex();
            bench.transmit.chain().readable(new byte[12]).readable(frame(60, 2)).add();
            assertThat(bench.transmit.wantsKick(before)).isFalse();
            bench.run();
            assertThat(bench.netdev.takeFrames()).hasSize(2);
            before = bench.transmit.availableIndex();
            bench.transmit.chain().readable(new byte[12]).readable(frame(60, 3)).add();
            assertThat(bench.transmit.wantsKick(before)).isTrue();
        }
    }

    @Test
    void burstsAreBounded() {
        NetBench bench = new NetBench(true, ALL, "x-txburst", "4");
        int[] seen = {0};
        for (int i = 0; i < 20; i++) {
            bench.transmit.chain().readable(new byte[12]).readable(frame(60, i)).add();
        }
        bench.transmit.kick();
        // Tasks run in order: this one comes after the first burst.
        bench.cards
                .bench()
                .machine()
                .later(() -> seen[0] = bench.netdev.takeFrames().size());
        bench.run();
        assertThat(seen[0]).isEqualTo(4);
        assertThat(bench.netdev.takeFrames()).hasSize(16);
    }

    @Test
    void theNetworkCanStopIt() {
        NetBench bench = new NetBench(true, ALL);
        bench.netdev.room(false);
        for (int i = 0; i < 10; i++) {
            bench.transmit.chain().readable(new byte[12]).readable(frame(60, i)).add();
        }
        bench.transmit.kick();
        bench.run();
        assertThat(bench.transmit.takeAll()).as("one waits in the network").hasSize(1);
        bench.transmit.kick();
        bench.run();
        assertThat(bench.transmit.take()).isNull();
        bench.netdev.room(true);
        bench.run();
        assertThat(bench.netdev.takeFrames()).hasSize(10);
        assertThat(bench.transmit.takeAll()).hasSize(9);
    }

    @Test
    void byTimerTheFirstFrameWaits() {
        NetBench bench = new NetBench(true, 0, "tx", "timer", "x-txtimer", "1000");
        bench.transmit.chain().readable(new byte[12]).readable(frame(60, 1)).add();
        bench.transmit.kick();
        bench.cards.bench().advance(999);
        assertThat(bench.netdev.takeFrames()).isEmpty();
        bench.cards.bench().advance(1);
        assertThat(bench.netdev.takeFrames()).hasSize(1);
        bench.transmit.chain().readable(new byte[12]).readable(frame(60, 1)).add();
        bench.transmit.kick();
        bench.transmit.kick();
        bench.run();
        assertThat(bench.netdev.takeFrames()).as("the second notification").hasSize(1);
        bench.cards.bench().advance(250_000);
        assertThat(bench.cards.bench().machine().deadlines()).isEmpty();
    }

    @Test
    void whatCanNotBeAFrameIsDropped() {
        NetBench bench = new NetBench(true, ALL);
        bench.send(new byte[13]);
        bench.transmit.send(new byte[5]);
        bench.transmit.offer(100);
        bench.transmit
                .chain()
                .readable(new byte[12])
                .readable(new byte[Frame.MAXIMUM + 1])
                .add();
        bench.send(header(0, 9, 0, 100, 0, 0), frame(3000, 1));
        bench.send(header(1, 1, 0, 0, 34, 16), frame(3000, 1));
        bench.send(header(1, 1, 0, 100, 2990, 16), frame(3000, 1));
        assertThat(bench.netdev.takeFrames()).isEmpty();
        assertThat(bench.transmit.takeAll()).hasSize(7);
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isZero();
    }

    private static byte[] header(int flags, int gso, int length, int size, int start, int offset) {
        byte[] header = new byte[12];
        header[0] = (byte) flags;
        header[1] = (byte) gso;
        int[] words = {length, size, start, offset};
        for (int i = 0; i < words.length; i++) {
            header[2 + 2 * i] = (byte) words[i];
            header[3 + 2 * i] = (byte) (words[i] >> 8);
        }
        return header;
    }

    @Test
    void unfinishedFramesSayWhatIsLeftToDo() {
        NetBench bench = new NetBench(true, ALL);
        bench.netdev.offloads(OffloadSet.ALL);
        byte[] tcp = frame(4000, 3);
        tcp[34 + 12] = (byte) 0x80;
        bench.send(header(1, 0, 0, 0, 34, 16), tcp);
        bench.send(header(1, 1 | 0x80, 1, 1460, 34, 16), tcp);
        bench.send(header(1, 4, 1, 1440, 54, 16), tcp);
        bench.send(header(1, 3, 1, 1480, 34, 6), tcp);
        bench.send(header(0, 1, 66, 1460, 0, 0), tcp);
        int six = 54 + ((tcp[54 + 12] & 0xF0) >> 2 < 20 ? 20 : (tcp[54 + 12] & 0xF0) >> 2);
        assertThat(bench.netdev.takeFrames())
                .extracting(Frame::offload)
                .containsExactly(
                        new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.NONE, 0, 0, false),
                        new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.TCP4, 1460, 66, true),
                        new Offload(Offload.Checksum.PARTIAL, 54, 16, Offload.Segmentation.TCP6, 1440, six, false),
                        new Offload(Offload.Checksum.PARTIAL, 34, 6, Offload.Segmentation.UDP, 1480, 42, false),
                        new Offload(Offload.Checksum.COMPLETE, 0, 0, Offload.Segmentation.TCP4, 1460, 66, false));
    }

    // Receiving.

    @Test
    void framesAreReceived() {
        for (boolean modern : new boolean[] {false, true}) {
            for (long features : new long[] {0, ALL}) {
                NetBench bench = new NetBench(modern, features);
                byte[] one = frame(60, 1);
                byte[] two = frame(1514, 2);
                assertThat(bench.netdev.client().send(new Frame(one)))
                        .as("no buffers yet")
                        .isFalse();
                bench.offer(4, 1600);
                assertThat(bench.netdev.client().send(new Frame(two))).isTrue();
                List<VirtioDriverBench.Used> used = bench.receive.takeAll();
                assertThat(used).extracting(each -> content(bench, each)).containsExactly(one, two);
                if (bench.headerLength == 12) {
                    assertThat(used.getFirst().written()[10]).isEqualTo((byte) 1);
                }
                assertThat(bench.interrupted()).isTrue();
            }
        }
    }

    @Test
    void headerAndFrameMayHaveDescriptorsOfTheirOwn() {
        NetBench bench = new NetBench(false, 0);
        bench.receive.chain().writable(10).writable(1514).add();
        bench.receive.kick();
        byte[] sent = frame(1000, 4);
        bench.netdev.client().send(new Frame(sent));
        assertThat(content(bench, bench.receive.take())).isEqualTo(sent);
    }

    @Test
    void bigFramesFillSeveralBuffers() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(20, 4096);
        byte[] big = frame(65_000, 5);
        bench.netdev.client().send(new Frame(big));
        List<VirtioDriverBench.Used> used = bench.receive.takeAll();
        assertThat(used).hasSize(16);
        assertThat(used.getFirst().written()[10]).isEqualTo((byte) 16);
        byte[] all = content(bench, used.getFirst());
        for (VirtioDriverBench.Used each : used.subList(1, 16)) {
            all = concat(all, each.written());
        }
        assertThat(all).isEqualTo(big);
    }

    @Test
    void aFrameWaitsForEnoughBuffers() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(3, 1600);
        byte[] big = frame(9_000, 6);
        bench.netdev.client().send(new Frame(big));
        assertThat(bench.receive.take()).isNull();
        assertThat(bench.netdev.client().peerReady()).isFalse();
        int before = bench.receive.availableIndex();
        bench.receive.offer(1600);
        assertThat(bench.receive.wantsKick(before)).isTrue();
        bench.receive.kick();
        bench.run();
        assertThat(bench.receive.take()).as("still too few").isNull();
        bench.offer(4, 1600);
        assertThat(bench.receive.takeAll()).hasSize(6);
        assertThat(bench.netdev.client().peerReady()).isTrue();
    }

    @Test
    void aFrameThatWaitsIsSaved() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(2, 1600);
        byte[] big = frame(9_000, 7);
        bench.netdev.client().send(new Frame(big));
        assertThat(bench.card.save().device().receiver().held()).isEqualTo(new Receiver.Held(big, Offload.NONE));
    }

    @Test
    void aFrameThatNeverFitsIsDropped() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(256, 16);
        bench.netdev.client().send(new Frame(frame(9_000, 8)));
        assertThat(bench.receive.take()).isNull();
        byte[] small = frame(60, 9);
        assertThat(bench.netdev.client().send(new Frame(small))).isTrue();
        assertThat(bench.receive.takeAll()).hasSize(5);
        NetBench whole = new NetBench(false, 0);
        whole.offer(1, 1000);
        whole.netdev.client().send(new Frame(frame(1001, 10)));
        assertThat(whole.receive.take()).isNull();
        whole.netdev.client().send(new Frame(frame(990, 11)));
        assertThat(whole.receive.take()).as("the buffer was kept").isNotNull();
    }

    @Test
    void buffersThatCanNotHoldAHeaderFailTheCard() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(1, 11);
        bench.netdev.client().send(new Frame(frame(60, 12)));
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
    }

    @Test
    void notificationsAreWantedOnlyWhenBuffersAre() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(2, 1600);
        bench.netdev.client().send(new Frame(frame(60, 1)));
        int before = bench.receive.availableIndex();
        bench.receive.offer(1600);
        assertThat(bench.receive.wantsKick(before)).isFalse();
        for (int i = 0; i < 3; i++) {
            bench.netdev.client().send(new Frame(frame(60, 1)));
        }
        before = bench.receive.availableIndex();
        bench.receive.offer(1600);
        assertThat(bench.receive.wantsKick(before)).isTrue();
        bench.receive.kick();
        bench.run();
        assertThat(bench.receive.takeAll()).hasSize(4);
    }

    @Test
    void theDriverGetsOnlyTheOffloadsItTook() {
        NetBench plain = new NetBench(true, 0);
        assertThat(plain.netdev.client().peerOffloads()).isEqualTo(OffloadSet.NONE);
        NetBench bench = new NetBench(true, ALL);
        assertThat(bench.netdev.client().peerOffloads()).isEqualTo(OffloadSet.ALL);
        bench.offer(8, 4096);
        Offload segments = new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.TCP4, 1460, 54, true);
        bench.netdev.client().send(new Frame(frame(3000, 1), segments));
        assertThat(Arrays.copyOf(bench.receive.take().written(), 12))
                .isEqualTo(new byte[] {1, (byte) 0x81, 54, 0, (byte) 0xB4, 5, 34, 0, 16, 0, 1, 0});
        bench.netdev.client().send(new Frame(frame(60, 1), Offload.CHECKED));
        assertThat(Arrays.copyOf(bench.receive.take().written(), 12))
                .isEqualTo(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
        plain.offer(1, 1600);
        plain.netdev.client().send(new Frame(frame(60, 1), Offload.CHECKED));
        assertThat(plain.receive.take().written()[0]).isZero();
    }

    // The link.

    @Test
    void theLinkIsShown() {
        NetBench bench = new NetBench(true, ALL);
        assertThat(bench.driver.config(6, 2)).isEqualTo(1);
        bench.netdev.client().setLink(false);
        assertThat(bench.driver.takeIsr()).isEqualTo(2);
        assertThat(bench.driver.config(6, 2)).isZero();
        bench.netdev.client().setLink(true);
        assertThat(bench.driver.takeIsr()).isEqualTo(2);
        assertThat(bench.driver.config(6, 2)).isEqualTo(1);
    }

    @Test
    void aLinkThatChangedDuringTheMoveIsTold() throws DeviceException {
        NetBench bench = new NetBench(true, ALL);
        VirtioNetDriver.State state = bench.card.save();
        CardBench cards = CardBench.of(new DeviceBench());
        RecordingNetdev netdev = new RecordingNetdev("n0");
        cards.bench().machine().backends().add(Netdev.class, "n0", netdev);
        netdev.client().setLink(false);
        Device<VirtioNetDriver.State> copy =
                cards.plugMapped(new VirtioNetPci(), Map.of("netdev", "n0", "mac", NetBench.MAC));
        copy.restore(state);
        assertThat(cards.bench().line("INTA").high()).isTrue();
    }

    // Control.

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static boolean receives(NetBench bench, String destination, int... rest) {
        byte[] frame = new byte[64];
        System.arraycopy(MacAddress.parse(destination).bytes(), 0, frame, 0, 6);
        System.arraycopy(bytes(rest), 0, frame, 12, rest.length);
        bench.receive.offer(1600);
        bench.netdev.client().send(new Frame(frame));
        return !bench.receive.takeAll().isEmpty();
    }

    @Test
    void theFilterFollowsCommands() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(1, 1600);
        String own = NetBench.MAC;
        String other = "02:00:00:00:00:01";
        String group = "01:00:5e:00:00:01";
        String all = "ff:ff:ff:ff:ff:ff";
        assertThat(receives(bench, other)).as("promiscuous after reset").isTrue();
        assertThat(bench.command(0, 0, bytes(0))).isZero();
        assertThat(receives(bench, own)).isTrue();
        assertThat(receives(bench, other)).isFalse();
        assertThat(receives(bench, group)).isFalse();
        assertThat(receives(bench, all)).isTrue();
        assertThat(bench.command(0, 1, bytes(1))).isZero();
        assertThat(receives(bench, group)).isTrue();
        assertThat(bench.command(0, 3, bytes(1))).isZero();
        assertThat(receives(bench, group)).isFalse();
        assertThat(bench.command(0, 5, bytes(1))).isZero();
        assertThat(receives(bench, all)).isFalse();
        assertThat(bench.command(0, 2, bytes(1))).isZero();
        assertThat(receives(bench, other)).isTrue();
        assertThat(bench.command(0, 4, bytes(1))).isZero();
        assertThat(receives(bench, own)).isFalse();
        assertThat(bench.command(0, 6, bytes(1))).isEqualTo(1);
        assertThat(bench.command(0, 0, bytes(1, 1))).isEqualTo(1);
        assertThat(bench.command(9, 0, bytes(1))).isEqualTo(1);
    }

    @Test
    void addressTablesFilter() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(1, 1600);
        bench.command(0, 0, bytes(0));
        byte[] tables = bytes(1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0x5E, 0, 0, 1);
        assertThat(bench.command(1, 0, tables)).isZero();
        assertThat(receives(bench, "02:00:00:00:00:01")).isTrue();
        assertThat(receives(bench, "02:00:00:00:00:02")).isFalse();
        assertThat(receives(bench, "01:00:5e:00:00:01")).isTrue();
        assertThat(receives(bench, "01:00:5e:00:00:02")).isFalse();
        byte[] many = new byte[4 + 65 * 6 + 4];
        many[0] = 65;
        assertThat(bench.command(1, 0, many)).isZero();
        assertThat(receives(bench, "02:00:00:00:00:02"))
                .as("too many for a table")
                .isTrue();
        assertThat(receives(bench, "01:00:5e:00:00:02")).isFalse();
        for (byte[] wrong : List.of(bytes(), bytes(1, 0, 0, 0), bytes(-1, -1, -1, -1), Arrays.copyOf(tables, 21))) {
            assertThat(bench.command(1, 0, wrong)).isEqualTo(1);
        }
    }

    @Test
    void theAddressCanBeChanged() {
        NetBench bench = new NetBench(true, ALL);
        assertThat(bench.command(1, 1, bytes(2, 0, 0, 0, 0, 9))).isZero();
        assertThat(bench.driver.config(0, 4)).isEqualTo(2);
        assertThat(bench.driver.config(5, 1)).isEqualTo(9);
        assertThat(bench.command(1, 1, bytes(2))).isEqualTo(1);
        bench.driver.setConfig(0, 1, 0xAA);
        assertThat(bench.driver.config(0, 1)).as("only by command").isEqualTo(2);
        bench.driver.setStatus(0);
        assertThat(bench.driver.config(0, 1)).isEqualTo(0x52);
        NetBench legacy = new NetBench(false, ALL & ~NetFeature.CTRL_MAC_ADDR);
        legacy.driver.setConfig(0, 1, 0xA2);
        assertThat(legacy.driver.config(0, 1)).isEqualTo(0xA2);
        assertThat(legacy.command(1, 1, bytes(2, 0, 0, 0, 0, 9))).isEqualTo(1);
    }

    @Test
    void vlansFilter() {
        NetBench bench = new NetBench(true, ALL);
        bench.offer(1, 1600);
        bench.command(0, 0, bytes(0));
        assertThat(receives(bench, NetBench.MAC, 0x81, 0, 0x21, 5)).isFalse();
        assertThat(bench.command(2, 0, bytes(5, 1))).isZero();
        assertThat(receives(bench, NetBench.MAC, 0x81, 0, 0x21, 5)).isTrue();
        assertThat(bench.command(2, 1, bytes(5, 1))).isZero();
        assertThat(receives(bench, NetBench.MAC, 0x81, 0, 0x21, 5)).isFalse();
        assertThat(bench.command(2, 0, bytes(0, 0x10))).isEqualTo(1);
        assertThat(bench.command(2, 2, bytes(5, 1))).isEqualTo(1);
        NetBench without = new NetBench(true, ALL & ~NetFeature.CTRL_VLAN);
        without.offer(1, 1600);
        without.command(0, 0, bytes(0));
        assertThat(receives(without, NetBench.MAC, 0x81, 0, 0x21, 5)).isTrue();
        assertThat(without.command(2, 0, bytes(5, 1))).isEqualTo(1);
    }

    @Test
    void offloadsCanBeSwitched() {
        NetBench bench = new NetBench(true, ALL & ~NetFeature.GUEST_UFO);
        assertThat(bench.command(5, 0, bytes(2, 0, 0, 0, 0, 0, 0, 0))).isZero();
        assertThat(bench.netdev.client().peerOffloads()).isEqualTo(new OffloadSet(true, false, false, false, false));
        assertThat(bench.command(5, 0, bytes(2, 4, 0, 0, 0, 0, 0, 0)))
                .as("was not agreed on")
                .isEqualTo(1);
        assertThat(bench.command(5, 0, bytes(1, 0, 0, 0, 0, 0, 0, 0))).isEqualTo(1);
        assertThat(bench.command(5, 0, bytes(2, 0))).isEqualTo(1);
        assertThat(bench.command(5, 1, bytes(2, 0, 0, 0, 0, 0, 0, 0))).isEqualTo(1);
    }

    @Test
    void commandsWithoutRoomForAnAnswerFailTheCard() {
        NetBench bench = new NetBench(true, ALL);
        bench.control.send(bytes(0, 0, 1));
        bench.control.kick();
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
    }

    @Test
    void theBootRomIsThere() {
        NetBench bench = new NetBench(true, 0);
        assertThat(((PciDevice<?>) bench.card).pci().bars())
                .extracting(PciBar::index)
                .contains(PciBar.ROM);
    }
}
