package org.margay.e1000.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.margay.e1000.internal.E1000Bench.OTHER;
import static org.margay.e1000.internal.E1000Bench.STATION;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;

class TransmitTest {
    private static final long EOP = 1L << 24;
    private static final long IFCS = 1L << 25;
    private static final long RS = 1L << 27;
    private static final long DEXT = 1L << 29;
    private static final long VLE = 1L << 30;
    private static final long DATA = DEXT | 1L << 20;
    private static final long TSE = 1L << 26;
    private static final long IXSM = 1L << 40;
    private static final long TXSM = 1L << 41;
    private static final long BUFFER = GuestDriver.TRANSMIT_BUFFERS;

    private final E1000Bench bench = new E1000Bench();
    private final GuestDriver guest = bench.guest;

    TransmitTest() {
        guest.start();
        bench.registers.read(Interrupts.ICR);
    }

    private List<byte[]> sent() {
        return bench.netdev.takeFrames().stream().map(Frame::bytes).toList();
    }

    private static byte[] counting(int length) {
        byte[] bytes = E1000Bench.frame(OTHER, 0x88B5, length);
        for (int i = 14; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** Context descriptor for TCP or UDP in IPv4. */
    private void context(boolean tcp, boolean cut, int header, int payload, int mss) {
        long low = 14 | 24L << 8 | 33L << 16 | 34L << 32 | (tcp ? 50L : 40L) << 40;
        long high = payload
                | (tcp ? 1L << 24 : 0)
                | 1L << 25
                | (cut ? TSE : 0)
                | DEXT
                | (long) header << 40
                | (long) mss << 48;
        guest.add(low, high);
    }

    private static int pseudo(byte[] ip, int protocol, int length) {
        return ~InternetChecksum.finish(InternetChecksum.pseudoHeader(ip, 26, 4, protocol, length)) & 0xFFFF;
    }

    @Test
    void aLegacyDescriptorSendsAFrame() {
        guest.send(counting(100));
        assertThat(sent()).containsExactly(counting(100));
        assertThat(guest.sent(0)).isTrue();
        assertThat(bench.registers.read(Transmitter.RING + DescriptorRing.HEAD)).isOne();
        assertThat(bench.interrupted()).isTrue();
        assertThat(bench.registers.read(Interrupts.ICR))
                .isEqualTo(Interrupts.TXDW | Interrupts.TXQE | Interrupts.TXD_LOW);
        assertThat(bench.interrupted()).isFalse();
    }

    @Test
    void severalDescriptorsMakeAFrame() {
        byte[] frame = counting(300);
        guest.ram(BUFFER, frame);
        int first = guest.add(BUFFER, 10 | RS);
        guest.add(0, 50 | RS);
        guest.add(BUFFER + 10, 190);
        int last = guest.add(BUFFER + 200, 100 | EOP | IFCS | RS);
        guest.kick();
        assertThat(sent()).containsExactly(frame);
        assertThat(guest.sent(first)).isTrue();
        assertThat(guest.sent(2)).as("asked for no report").isFalse();
        assertThat(guest.sent(last)).isTrue();
    }

    @Test
    void aFrameMayComeBitByBit() {
        byte[] frame = counting(300);
        guest.ram(BUFFER, frame);
        int first = guest.add(BUFFER, 100 | RS);
        guest.kick();
        assertThat(guest.sent(first)).isTrue();
        guest.ram(BUFFER, new byte[100]);
        guest.add(BUFFER + 100, 200 | EOP | IFCS);
        guest.kick();
        assertThat(sent()).containsExactly(frame);
    }

    @Test
    void shortFramesArePaddedWhenAskedFor() {
        guest.send(counting(20));
        bench.registers.write(Transmitter.TCTL, 1 << 1 | 1 << 3);
        guest.send(counting(20));
        assertThat(sent()).containsExactly(counting(20), Arrays.copyOf(counting(20), 60));
    }

    @Test
    void theDriversOwnCheckSequenceIsNotSent() {
        byte[] frame = counting(100);
        CRC32 crc = new CRC32();
        crc.update(frame);
        byte[] checked = Arrays.copyOf(frame, 104);
        int value = Integer.reverseBytes((int) crc.getValue());
        InternetChecksum.put(checked, 100, value >>> 16);
        InternetChecksum.put(checked, 102, value);
        guest.ram(BUFFER, checked);
        guest.add(BUFFER, 104 | EOP);
        guest.kick();
        guest.ram(BUFFER, frame);
        guest.add(BUFFER, 100 | EOP);
        guest.kick();
        assertThat(sent()).containsExactly(frame, frame);
    }

    @Test
    void aLegacyDescriptorHasAChecksumInserted() {
        bench.netdev.offloads(OffloadSet.ALL);
        byte[] frame = E1000Bench.ipv4(6, 20, 11);
        InternetChecksum.put(frame, 50, pseudo(frame, 6, 31));
        guest.ram(BUFFER, frame);
        guest.add(BUFFER, frame.length | 50L << 16 | EOP | IFCS | 1L << 26 | 34L << 40);
        guest.add(BUFFER, frame.length | 255L << 16 | EOP | IFCS | 1L << 26 | 34L << 40);
        guest.kick();
        List<Frame> frames = bench.netdev.takeFrames();
        assertThat(frames.getFirst().offload())
                .isEqualTo(new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.NONE, 0, 0, false));
        assertThat(frames.getLast().offload()).as("out of the packet").isEqualTo(Offload.NONE);
    }

    @Test
    void aDataDescriptorHasChecksumsInserted() {
        byte[] frame = E1000Bench.ipv4(6, 20, 101);
        InternetChecksum.put(frame, 50, pseudo(frame, 6, 121));
        guest.ram(BUFFER, frame);
        context(true, false, 0, 0, 0);
        guest.add(BUFFER, 54 | DATA | IFCS | IXSM | TXSM);
        guest.add(BUFFER + 54, 101 | DATA | EOP | IFCS | RS);
        guest.kick();
        IpPacket packet = IpPacket.find(sent().getFirst()).orElseThrow();
        assertThat(packet.headerRight()).isTrue();
        assertThat(packet.transportRight()).isTrue();
    }

    @Test
    void aChecksumMayEndBeforeThePacket() {
        byte[] frame = E1000Bench.ipv4(6, 20, 100);
        InternetChecksum.put(frame, 50, pseudo(frame, 6, 120));
        byte[] withTrailer = Arrays.copyOf(frame, frame.length + 7);
        Arrays.fill(withTrailer, frame.length, withTrailer.length, (byte) 0x55);
        guest.ram(BUFFER, withTrailer);
        guest.add(14 | 24L << 8 | 33L << 16 | 34L << 32 | 50L << 40 | (frame.length - 1L) << 48, DEXT);
        guest.add(BUFFER, withTrailer.length | DATA | EOP | IFCS | TXSM);
        guest.kick();
        assertThat(IpPacket.find(sent().getFirst()).orElseThrow().transportRight())
                .isTrue();
    }

    @Test
    void aTagIsInsertedInVlanMode() {
        byte[] frame = counting(100);
        guest.ram(BUFFER, frame);
        guest.add(BUFFER, 100 | EOP | IFCS | VLE | 0x6123L << 48);
        guest.kick();
        bench.registers.write(MacControl.CTRL, 0x4000_0241);
        guest.add(BUFFER, 100 | EOP | IFCS | VLE | 0x6123L << 48);
        guest.kick();
        List<byte[]> frames = sent();
        assertThat(frames.getFirst()).as("no VLAN mode").isEqualTo(frame);
        byte[] tagged = frames.getLast();
        assertThat(tagged).hasSize(104).startsWith(Arrays.copyOf(frame, 12));
        assertThat(InternetChecksum.get(tagged, 12)).isEqualTo(0x8100);
        assertThat(InternetChecksum.get(tagged, 14)).isEqualTo(0x6123);
        assertThat(Arrays.copyOfRange(tagged, 16, 104)).isEqualTo(Arrays.copyOfRange(frame, 12, 100));
    }

    private void sendLarge(int payload, int mss, boolean tag) {
        byte[] frame = E1000Bench.ipv4(6, 20, payload);
        InternetChecksum.put(frame, 16, 0);
        InternetChecksum.put(frame, 50, pseudo(frame, 6, 0));
        guest.ram(BUFFER, frame);
        context(true, true, 54, payload, mss);
        long options = DATA | TSE | IFCS | IXSM | TXSM | (tag ? VLE | 7L << 48 : 0);
        guest.add(BUFFER, 54 | options);
        guest.add(BUFFER + 54, payload | options | EOP | RS);
        guest.kick();
    }

    @Test
    void largePacketsGoOutWholeWhereTheyAreTaken() {
        bench.netdev.offloads(OffloadSet.ALL);
        sendLarge(40_000, 1460, false);
        Frame frame = bench.netdev.takeFrames().getFirst();
        assertThat(frame.length()).isEqualTo(40_054);
        assertThat(frame.offload())
                .isEqualTo(new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.TCP4, 1460, 54, false));
        IpPacket packet = IpPacket.find(frame.bytes()).orElseThrow();
        assertThat(packet.headerRight()).isTrue();
        assertThat(packet.end()).isEqualTo(40_054);
        assertThat(InternetChecksum.get(frame.bytes(), 50)).isEqualTo(pseudo(frame.bytes(), 6, 40_020));
    }

    @Test
    void largePacketsAreCutElsewhere() {
        bench.registers.write(MacControl.CTRL, 0x4000_0241);
        sendLarge(4000, 1460, true);
        List<byte[]> frames = sent();
        assertThat(frames).extracting(bytes -> bytes.length).containsExactly(1518, 1518, 1138);
        for (byte[] bytes : frames) {
            IpPacket packet = IpPacket.find(bytes).orElseThrow();
            assertThat(packet.headerRight()).isTrue();
            assertThat(packet.transportRight()).isTrue();
            assertThat(InternetChecksum.get(bytes, 14)).isEqualTo(7);
        }
        assertThat(bench.registers.read(0x40F8)).as("TSCTC").isOne();
        assertThat(bench.registers.read(0x4080)).as("GPTC").isEqualTo(3);
        assertThat(bench.registers.read(0x4090)).as("GOTCL").isEqualTo(1522 + 1522 + 1142);
    }

    @Test
    void whatFitsInOneSegmentIsNotCut() {
        bench.netdev.offloads(OffloadSet.ALL);
        sendLarge(1460, 1460, false);
        assertThat(bench.netdev.takeFrames().getFirst().offload().segmentation())
                .isEqualTo(Offload.Segmentation.NONE);
    }

    @Test
    void datagramsAreCutIntoDatagrams() {
        byte[] frame = E1000Bench.ipv4(17, 8, 2500);
        InternetChecksum.put(frame, 40, pseudo(frame, 17, 0));
        guest.ram(BUFFER, frame);
        context(false, true, 42, 2500, 1000);
        guest.add(BUFFER, frame.length | DATA | TSE | IFCS | EOP);
        guest.kick();
        List<byte[]> frames = sent();
        assertThat(frames).extracting(bytes -> bytes.length).containsExactly(1042, 1042, 542);
        for (byte[] bytes : frames) {
            IpPacket packet = IpPacket.find(bytes).orElseThrow();
            assertThat(packet.headerRight()).isTrue();
            assertThat(packet.transportRight()).isTrue();
            assertThat(packet.end()).isEqualTo(bytes.length);
            assertThat(InternetChecksum.get(bytes, 38)).isEqualTo(bytes.length - 34);
        }
        assertThat(InternetChecksum.get(frames.getLast(), 18)).isEqualTo(0x1113);
    }

    @Test
    void nonsenseIsNotCut() {
        guest.ram(BUFFER, new byte[2000]);
        guest.add(-1, -1L & ~(0xFL << 20));
        guest.add(BUFFER, 2000 | DATA | TSE | EOP | IFCS);
        guest.add(0, 1L << 25 | DEXT | TSE);
        guest.add(BUFFER, 2000 | DATA | TSE | EOP | IFCS);
        guest.kick();
        assertThat(sent()).isEmpty();
        assertThat(bench.registers.read(0x40FC)).as("TSCTFC").isEqualTo(2);
    }

    @Test
    void hugePacketsAreDroppedWhole() {
        for (int i = 0; i < 40; i++) {
            guest.add(BUFFER, 0xFFFF | RS);
        }
        int last = guest.add(BUFFER, 100 | EOP | IFCS | RS);
        guest.kick();
        guest.send(counting(100));
        assertThat(sent()).containsExactly(counting(100));
        assertThat(guest.sent(last)).isTrue();
    }

    @Test
    void headAndTailOutsideOfTheRingSendNothing() {
        bench.registers.write(Transmitter.TDT, GuestDriver.TRANSMIT_SIZE);
        bench.registers.write(Transmitter.TDT, 0xFFFF);
        bench.registers.write(Transmitter.RING + DescriptorRing.HEAD, 0x1234);
        bench.registers.write(Transmitter.TDT, 5);
        assertThat(sent()).isEmpty();
        assertThat(bench.registers.read(Interrupts.ICR)).isZero();
    }

    @Test
    void aLongRingIsWorkedOnInPieces() {
        long ring = 0xC_0000;
        int size = 4096;
        guest.ram(BUFFER, counting(60));
        for (int i = 0; i < size; i++) {
            bench.cards.ram().set(ring + 16L * i, 8, BUFFER);
            bench.cards.ram().set(ring + 16L * i + 8, 8, 60 | EOP | IFCS);
        }
        bench.registers.write(Transmitter.RING, (int) ring);
        bench.registers.write(Transmitter.RING + DescriptorRing.LENGTH, size * 16);
        bench.registers.write(Transmitter.TDT, size - 1);
        assertThat(sent()).as("at once").hasSizeLessThan(size / 4);
        bench.bench.machine().runTasks();
        assertThat(bench.registers.read(Transmitter.RING + DescriptorRing.HEAD)).isEqualTo(size - 1);
    }

    @Test
    void aFullWireIsWaitedFor() {
        bench.netdev.room(false);
        guest.send(counting(100));
        guest.send(counting(101));
        assertThat(bench.registers.read(Transmitter.RING + DescriptorRing.HEAD)).isOne();
        bench.netdev.room(true);
        assertThat(sent()).containsExactly(counting(100), counting(101));
        assertThat(bench.registers.read(Transmitter.RING + DescriptorRing.HEAD)).isEqualTo(2);
    }

    @Test
    void nothingIsSentWithoutALink() {
        bench.netdev.client().setLink(false);
        guest.send(counting(100));
        assertThat(bench.registers.read(Transmitter.RING + DescriptorRing.HEAD)).isZero();
        bench.netdev.client().setLink(true);
        bench.bench.advance(600_000_000);
        assertThat(sent()).containsExactly(counting(100));
    }

    @Test
    void nothingIsSentBeforeTheCardIsABusMaster() {
        bench.card.pci().writeConfig(4, 2, 3);
        guest.send(counting(100));
        assertThat(sent()).isEmpty();
        bench.card.pci().writeConfig(4, 2, 7);
        assertThat(sent()).containsExactly(counting(100));
    }

    @Test
    void loopbackOfThePhyComesBack() {
        bench.registers.phy(0, 0x4140);
        byte[] frame = E1000Bench.frame(STATION, 0x88B5, 80);
        guest.send(frame);
        assertThat(guest.take().bytes()).isEqualTo(frame);
        assertThat(sent()).isEmpty();
        bench.arrive(frame);
        assertThat(guest.received()).as("nothing from outside").isFalse();
    }
}
