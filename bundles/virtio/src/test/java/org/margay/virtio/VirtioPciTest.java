package org.margay.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.margay.pci.PciBar;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** Identity, registers, negotiation and interrupts of both interfaces. */
class VirtioPciTest {
    private static List<String> bars(EchoBench bench) {
        return bench.pci.bars().stream()
                .map(bar -> "%d %s %#x"
                        .formatted(bar.index(), bar.kind(), bar.region().size()))
                .toList();
    }

    private static String identity(EchoBench bench) {
        return "%04x rev %d subsystem %04x"
                .formatted(
                        bench.pci.readConfig(PciRegister.DEVICE_ID, 2),
                        bench.pci.readConfig(PciRegister.REVISION, 1),
                        bench.pci.readConfig(PciRegister.SUBSYSTEM_ID, 2));
    }

    @Test
    void aTransitionalDeviceHasBothInterfaces() {
        EchoBench bench = new EchoBench(true);
        assertThat(identity(bench)).isEqualTo("1020 rev 0 subsystem 002a");
        assertThat(bars(bench)).containsExactly("0 IO 0x40", "1 MEMORY 0x1000", "4 MEMORY_64_PREFETCH 0x4000");
    }

    @Test
    void eitherInterfaceCanBeLeftOut() {
        EchoBench modern = new EchoBench(true, "disable-legacy", "on", "vectors", "0");
        assertThat(identity(modern)).isEqualTo("106a rev 1 subsystem 1100");
        assertThat(bars(modern)).containsExactly("4 MEMORY_64_PREFETCH 0x4000");
        assertThat(modern.driver.offered())
                .isEqualTo(VirtioFeature.VERSION_1
                        | VirtioFeature.RING_INDIRECT_DESC
                        | VirtioFeature.RING_EVENT_IDX
                        | EchoDevice.FEATURE
                        | EchoDevice.HIGH_FEATURE);
        EchoBench legacy = new EchoBench(
                false, "disable-modern", "on", "vectors", "0", "indirect_desc", "off", "event_idx", "off");
        assertThat(bars(legacy)).containsExactly("0 IO 0x20");
        assertThat(legacy.driver.offered())
                .isEqualTo(VirtioFeature.NOTIFY_ON_EMPTY
                        | VirtioFeature.ANY_LAYOUT
                        | EchoDevice.FEATURE
                        | EchoDevice.LEGACY_FEATURE);
        CardBench cards = CardBench.of(new DeviceBench());
        assertThatThrownBy(() -> cards.plug(
                        new EchoDevice.Driver(), cards.bus(), Map.of("disable-legacy", "on", "disable-modern", "on")))
                .hasMessageContaining("neither modern nor legacy");
    }

    @Test
    void featuresAreSettledOnce() {
        EchoBench bench = new EchoBench(true);
        VirtioDriverBench driver = bench.driver;
        assertThat(driver.negotiate(-1) & EchoDevice.LEGACY_FEATURE).isZero();
        assertThat(driver.status() & DeviceStatus.FEATURES_OK).isNotZero();
        assertThat(bench.echo.negotiations).isEqualTo(1);
        assertThat(bench.echo.transport.has(EchoDevice.FEATURE | EchoDevice.HIGH_FEATURE))
                .isTrue();
        driver.write(8, 4, 0);
        driver.write(12, 4, 0);
        assertThat(bench.echo.transport.has(EchoDevice.FEATURE)).isTrue();
        assertThat(bench.echo.transport.running()).isFalse();
        driver.ready();
        assertThat(bench.echo.transport.running()).isTrue();
        assertThat(bench.echo.readies).isEqualTo(1);
    }

    @Test
    void featuresThatAreNotOfferedAreRefused() {
        EchoBench bench = new EchoBench(true);
        VirtioDriverBench driver = bench.driver;
        driver.setStatus(DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER);
        driver.write(8, 4, 1);
        driver.write(12, 4, 1);
        driver.write(8, 4, 0);
        driver.write(12, 4, 1 << 3);
        driver.setStatus(DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER | DeviceStatus.FEATURES_OK);
        assertThat(driver.status()).isEqualTo(DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER);
        driver.write(12, 4, 1);
        driver.write(8, 4, 1);
        driver.write(12, 4, 0);
        driver.setStatus(DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER | DeviceStatus.FEATURES_OK);
        assertThat(driver.status() & DeviceStatus.FEATURES_OK)
                .as("without version 1")
                .isZero();
        assertThat(bench.echo.transport.has(EchoDevice.FEATURE)).isFalse();
    }

    @Test
    void bothInterfacesDriveTheSameQueue() {
        for (boolean modern : new boolean[] {false, true}) {
            EchoBench bench = new EchoBench(modern);
            bench.driver.negotiate(-1);
            VirtioDriverBench.Queue queue = bench.driver.queue(0);
            bench.driver.ready();
            queue.chain().readable("meow".getBytes()).writable(10).add();
            queue.kick();
            VirtioDriverBench.Used used = queue.take();
            assertThat(new String(used.written())).isEqualTo("meow");
            assertThat(bench.interrupted()).isTrue();
            assertThat(bench.driver.takeIsr()).isEqualTo(1);
            assertThat(bench.interrupted()).isFalse();
            assertThat(bench.driver.takeIsr()).isZero();
        }
    }

    @Test
    void configurationIsReadAndWritten() {
        for (boolean modern : new boolean[] {false, true}) {
            EchoBench bench = new EchoBench(modern);
            bench.driver.setConfig(0, 4, 0x12345678);
            bench.driver.setConfig(5, 1, 0xAB);
            bench.driver.setConfig(9, 2, 0xFFCD);
            assertThat(bench.driver.config(0, 2)).isEqualTo(0x5678);
            assertThat(bench.driver.config(2, 4)).isEqualTo(0xAB001234L);
            assertThat(bench.driver.config(9, 4)).as("behind the end").isEqualTo(0xCD);
            assertThat(bench.driver.config(20, 1)).isZero();
        }
    }

    @Test
    void changesOfConfigurationInterrupt() {
        EchoBench bench = new EchoBench(true);
        bench.echo.transport.configChanged();
        assertThat(bench.interrupted()).as("no driver yet").isFalse();
        assertThat(bench.driver.read(21, 1)).isEqualTo(1);
        bench.driver.negotiate(-1);
        bench.driver.ready();
        bench.echo.transport.configChanged();
        assertThat(bench.interrupted()).isTrue();
        assertThat(bench.driver.takeIsr()).isEqualTo(2);
    }

    @Test
    void messagesTakeThePlaceOfThePin() {
        for (boolean modern : new boolean[] {false, true}) {
            EchoBench bench = new EchoBench(modern);
            PciBar table = bench.pci.bars().stream()
                    .filter(bar -> bar.index() == 1)
                    .findFirst()
                    .orElseThrow();
            long at = CardBench.address(table);
            for (int vector = 0; vector < 2; vector++) {
                bench.cards.bench().writeMemory(at + 16 * vector, 4, 0xFEE00000L);
                bench.cards.bench().writeMemory(at + 16 * vector + 8, 4, 0x40 + vector);
                bench.cards.bench().writeMemory(at + 16 * vector + 12, 4, 0);
            }
            int capability = bench.pci.readConfig(PciRegister.CAPABILITIES, 1);
            while (bench.pci.readConfig(capability, 1) != 0x11) {
                capability = bench.pci.readConfig(capability + 1, 1);
            }
            bench.pci.writeConfig(capability + 2, 2, 1 << 15);
            bench.driver.negotiate(-1);
            VirtioDriverBench.Queue queue = bench.driver.queue(0);
            assertThat(queue.vector(1)).isEqualTo(1);
            assertThat(queue.vector(2)).as("no such vector").isEqualTo(0xFFFF);
            queue.vector(1);
            bench.driver.write(modern ? 16 : 20, 2, 0);
            bench.driver.ready();
            queue.chain().readable(new byte[1]).writable(1).add();
            queue.kick();
            bench.echo.transport.configChanged();
            assertThat(bench.cards.takeMessages())
                    .extracting(CardBench.Message::data)
                    .containsExactly(0x41, 0x40);
            assertThat(bench.interrupted()).isFalse();
            assertThat(bench.driver.takeIsr()).isZero();
            if (!modern) {
                bench.driver.write(24, 1, 7);
                assertThat(bench.echo.config[0]).as("configuration moved").isEqualTo((byte) 7);
            }
        }
    }

    @Test
    void theWindowReachesTheRegisters() {
        EchoBench bench = new EchoBench(true);
        int window = bench.pci.readConfig(PciRegister.CAPABILITIES, 1);
        while (bench.pci.readConfig(window, 1) != 9 || bench.pci.readConfig(window + 3, 1) != 5) {
            window = bench.pci.readConfig(window + 1, 1);
        }
        bench.pci.writeConfig(window + 4, 1, 4);
        bench.pci.writeConfig(window + 8, 4, 20);
        bench.pci.writeConfig(window + 12, 4, 1);
        bench.pci.writeConfig(window + 16, 1, DeviceStatus.ACKNOWLEDGE);
        assertThat(bench.driver.status()).isEqualTo(DeviceStatus.ACKNOWLEDGE);
        bench.driver.setStatus(3);
        assertThat(bench.pci.readConfig(window + 16, 1)).isEqualTo(3);
        for (int[] wrong : new int[][] {{4, 0x4000, 1}, {4, -1, 4}, {4, 19, 2}, {0, 20, 1}, {4, 20, 3}, {4, 20, -4}}) {
            bench.pci.writeConfig(window + 4, 1, wrong[0]);
            bench.pci.writeConfig(window + 8, 4, wrong[1]);
            bench.pci.writeConfig(window + 12, 4, wrong[2]);
            bench.pci.writeConfig(window + 16, 4, 0);
            bench.pci.readConfig(window + 16, 4);
            assertThat(bench.driver.status()).isEqualTo(3);
        }
    }

    @Test
    void capabilitiesSayWhereRegistersAre() {
        EchoBench bench = new EchoBench(true);
        int at = bench.pci.readConfig(PciRegister.CAPABILITIES, 1);
        var found = new TreeMap<Integer, String>();
        while (at != 0) {
            if (bench.pci.readConfig(at, 1) == 9) {
                found.put(
                        bench.pci.readConfig(at + 3, 1),
                        "bar %d at %#x, %#x bytes"
                                .formatted(
                                        bench.pci.readConfig(at + 4, 1),
                                        bench.pci.readConfig(at + 8, 4),
                                        bench.pci.readConfig(at + 12, 4)));
            }
            at = bench.pci.readConfig(at + 1, 1);
        }
        assertThat(found)
                .containsEntry(1, "bar 4 at 0x0, 0x1000 bytes")
                .containsEntry(3, "bar 4 at 0x1000, 0x1000 bytes")
                .containsEntry(4, "bar 4 at 0x2000, 0x1000 bytes")
                .containsEntry(2, "bar 4 at 0x3000, 0x1000 bytes")
                .containsKey(5);
    }

    @Test
    void aLegacyDriverThatForgetsToBeBusMasterIsHelped() {
        EchoBench bench = new EchoBench(false);
        bench.pci.writeConfig(PciRegister.COMMAND, 2, PciRegister.COMMAND_IO);
        bench.driver.negotiate(0);
        assertThat(bench.pci.busMaster()).isTrue();
    }

    @Test
    void withoutBusMasteringNothingMoves() {
        EchoBench bench = new EchoBench(true);
        bench.driver.negotiate(-1);
        VirtioDriverBench.Queue queue = bench.driver.queue(0);
        bench.driver.ready();
        bench.pci.writeConfig(PciRegister.COMMAND, 2, PciRegister.COMMAND_MEMORY);
        queue.chain().readable(new byte[1]).writable(1).add();
        queue.kick();
        assertThat(queue.take()).isNull();
        assertThat(bench.driver.status() & DeviceStatus.NEEDS_RESET).isZero();
        bench.pci.writeConfig(PciRegister.COMMAND, 2, PciRegister.COMMAND_MEMORY | PciRegister.COMMAND_BUS_MASTER);
        queue.kick();
        assertThat(queue.take()).isNotNull();
    }

    @Test
    void aModernQueueCanBeSmaller() {
        EchoBench bench = new EchoBench(true);
        bench.driver.negotiate(-1);
        bench.driver.write(22, 2, 1);
        for (int refused : new int[] {0, 3, 512, 0xFFFF}) {
            bench.driver.write(24, 2, refused);
            assertThat(bench.driver.read(24, 2)).isEqualTo(256);
        }
        bench.driver.write(24, 2, 8);
        assertThat(bench.driver.queue(1).size()).isEqualTo(8);
        bench.driver.write(24, 2, 16);
        assertThat(bench.driver.read(24, 2)).as("enabled already").isEqualTo(8);
        bench.driver.write(22, 2, 2);
        assertThat(bench.driver.read(24, 2)).as("no such queue").isZero();
    }
}
