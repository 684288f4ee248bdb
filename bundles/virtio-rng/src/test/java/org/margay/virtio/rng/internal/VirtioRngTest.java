package org.margay.virtio.rng.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.UserObject;
import org.margay.pci.PciDevice;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

class VirtioRngTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void identity() {
        var pci = ((PciDevice<?>) new RngBench(true).card).pci();
        assertThat("%04x:%04x class %04x subsystem %04x"
                        .formatted(
                                pci.readConfig(PciRegister.VENDOR_ID, 2),
                                pci.readConfig(PciRegister.DEVICE_ID, 2),
                                pci.readConfig(PciRegister.REVISION, 4) >>> 16,
                                pci.readConfig(PciRegister.SUBSYSTEM_ID, 2)))
                .isEqualTo("1af4:1005 class 00ff subsystem 0004");
        assertThat(pci.bars().stream()
                        .map(bar -> "%d %#x".formatted(bar.index(), bar.region().size())))
                .containsExactly("0 0x20", "1 0x1000", "4 0x4000");
        var modern = ((PciDevice<?>) new RngBench(true, "disable-legacy", "on").card).pci();
        assertThat(modern.readConfig(PciRegister.DEVICE_ID, 2)).isEqualTo(0x1044);
    }

    @Test
    void buffersAreFilled() {
        for (boolean modern : new boolean[] {false, true}) {
            RngBench bench = new RngBench(modern);
            bench.queue.chain().writable(40).writable(24).add();
            bench.queue.offer(10);
            bench.queue.kick();
            bench.bench.machine().runTasks();
            List<VirtioDriverBench.Used> used = bench.queue.takeAll();
            assertThat(used).extracting(VirtioDriverBench.Used::length).containsExactly(64, 10);
            assertThat(used.getFirst().written())
                    .containsOnly(RngBench.Dice.SIDE)
                    .hasSize(64);
            assertThat(bench.dice.fetched).isEqualTo(74);
            assertThat(bench.bench.line("INTA").high()).isTrue();
        }
    }

    @Test
    void aGeneratorOfItsOwnIsTheDefault() {
        CardBench cards = CardBench.of(new DeviceBench());
        var card = cards.plugMapped(new VirtioRngPci(), Map.of());
        VirtioDriverBench driver = RngBench.driver(cards, card, true);
        driver.negotiate(-1);
        VirtioDriverBench.Queue queue = driver.queue(0);
        driver.ready();
        queue.offer(64);
        queue.offer(64);
        queue.kick();
        cards.bench().machine().runTasks();
        List<VirtioDriverBench.Used> used = queue.takeAll();
        assertThat(used).hasSize(2);
        assertThat(used.get(0).written()).hasSize(64).isNotEqualTo(used.get(1).written());
    }

    @Test
    void aSlowSourceFillsPartOfABuffer() {
        RngBench bench = new RngBench(true);
        bench.dice.most = 5;
        assertThat(bench.read(64)).isEqualTo(5);
        assertThat(bench.read(3)).isEqualTo(3);
        bench.dice.most = Integer.MAX_VALUE;
        assertThat(bench.read(100_000)).isEqualTo(4096);
    }

    @Test
    void theRateCanBeLimited() {
        RngBench bench = new RngBench(true, "max-bytes", "100", "period", "1000");
        assertThat(bench.read(64)).isEqualTo(64);
        bench.bench.advance(400 * MILLISECOND);
        assertThat(bench.read(64)).isEqualTo(36);
        assertThat(bench.read(64)).isZero();
        bench.bench.advance(599 * MILLISECOND);
        assertThat(bench.queue.take()).isNull();
        bench.bench.advance(MILLISECOND);
        assertThat(bench.queue.take().length()).isEqualTo(64);
        bench.bench.advance(5000 * MILLISECOND);
        assertThat(bench.bench.machine().deadlines()).as("nobody asks").isEmpty();
        assertThat(bench.read(100)).isEqualTo(100);
    }

    @Test
    void nothingMayBeAllowed() {
        RngBench bench = new RngBench(true, "max-bytes", "0", "period", "1");
        assertThat(bench.read(64)).isZero();
        bench.bench.advance(MILLISECOND);
        assertThat(bench.queue.take()).isNull();
    }

    @Test
    void buffersIntoWhichNothingFitsAreGivenBack() {
        RngBench bench = new RngBench(true);
        bench.queue.send(new byte[10]);
        bench.queue.send(new byte[10]);
        bench.queue.offer(8);
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.queue.takeAll())
                .extracting(VirtioDriverBench.Used::length)
                .containsExactly(0, 0, 8);
        assertThat(bench.dice.fetched).isEqualTo(8);
    }

    /** A ring that never gets empty, as far as one turn can see. */
    @Test
    void aRingWithoutEndDoesNotHoldTheMachineUp() {
        RngBench bench = new RngBench(true);
        int head = bench.queue.send(new byte[1]);
        for (int i = 0; i < 7; i++) {
            bench.queue.available(head);
        }
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isZero();
        bench.queue.setAvailableIndex(60_000);
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
        bench.bringUp();
        assertThat(bench.read(16)).isEqualTo(16);
    }

    @Test
    void bytesThatComeAfterAResetAreDropped() {
        RngBench bench = new RngBench(true);
        bench.queue.offer(64);
        bench.queue.kick();
        bench.driver.setStatus(0);
        bench.bringUp();
        assertThat(bench.queue.takeAll()).isEmpty();
        assertThat(bench.read(7)).isEqualTo(7);
    }

    @Test
    void propertiesAreChecked() throws DeviceException {
        CardBench cards = CardBench.of(new DeviceBench());
        VirtioRngPci driver = new VirtioRngPci();
        assertThatThrownBy(() -> cards.plug(driver, cards.bus(), Map.of("period", "0")))
                .hasMessage("'period' parameter expects a positive integer");
        assertThatThrownBy(() -> cards.plug(driver, cards.bus(), Map.of("max-bytes", "-1")))
                .hasMessageContaining("max-bytes");
        assertThatThrownBy(() -> cards.plug(driver, cards.bus(), Map.of("rng", "nope")))
                .hasMessage("Device 'nope' not found");
        cards.bench().machine().backends().add(UserObject.class, "other", new UserObject() {
            @Override
            public String typeName() {
                return "other";
            }

            @Override
            public List<ObjectProperty> properties() {
                return List.of();
            }

            @Override
            public void close() {}
        });
        assertThatThrownBy(() -> cards.plug(driver, cards.bus(), Map.of("rng", "other")))
                .hasMessage("Invalid parameter type for 'rng', expected: rng-backend");
    }

    @Test
    void theBackendIsInUseWhileTheDeviceIsThere() {
        RngBench bench = new RngBench(true);
        assertThat(bench.dice.inUse()).isTrue();
        assertThatThrownBy(() ->
                        bench.cards.plug(new VirtioRngPci(), bench.cards.bus(), Map.of("rng", "dice", "addr", "40")))
                .isInstanceOf(DeviceException.class);
        assertThatThrownBy(() ->
                        bench.cards.plug(new VirtioRngPci(), bench.cards.bus(), Map.of("rng", "dice", "addr", "0")))
                .hasMessageContaining("not available");
        bench.queue.offer(64);
        bench.queue.kick();
        bench.card.close();
        bench.bench.machine().runTasks();
        assertThat(bench.dice.inUse()).isFalse();
    }
}
