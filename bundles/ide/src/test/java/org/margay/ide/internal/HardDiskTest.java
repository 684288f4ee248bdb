package org.margay.ide.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.block.drive.DriveResult;
import org.margay.machine.DeviceException;
import org.margay.memory.GuestRam;
import org.margay.testkit.images.FakeDrive;

final class HardDiskTest {
    private static final int SIZE = 4 << 20;
    private static final int OK = 0x50;
    private static final int DATA = 0x58;
    private static final int BUSY = 0xD0;
    private static final int ERROR = 0x51;

    private final IdeRig rig = new IdeRig();
    private final FakeDrive drive = rig.drive("d0", SIZE);

    @BeforeEach
    void plug() {
        new Random(1).nextBytes(drive.content());
        rig.disk(0, "d0");
    }

    private byte[] sectors(long first, int count) {
        return Arrays.copyOfRange(drive.content(), (int) first * 512, (int) (first + count) * 512);
    }

    @Test
    void powerOnSignatureIsThatOfADisk() {
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(List.of(rig.in(1), rig.in(2), rig.in(3), rig.in(4), rig.in(5)))
                .containsExactly(1, 1, 1, 0, 0);
        assertThat(rig.irq()).isFalse();
    }

    @Test
    void theOtherUnitIsNotThere() {
        rig.out(6, 0xB0);
        rig.out(2, 0x55);
        rig.out(3, 0xAA);
        assertThat(rig.status()).isZero();
        assertThat(rig.in(2)).isZero();
        assertThat(rig.bench.in(0x177)).isZero();
    }

    @Test
    void identifyTellsWhoItIs() {
        rig.command(AtaCommand.IDENTIFY_DEVICE, 0, 0);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.status()).isEqualTo(DATA);
        assertThat(rig.irq()).isFalse();
        byte[] page = rig.readData(512);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(text(page, 10, 10)).isEqualTo("QM00001             ");
        assertThat(text(page, 23, 4)).isEqualTo("2.5+    ");
        assertThat(text(page, 27, 20)).startsWith("QEMU HARDDISK   ");
        assertThat(word(page, 60) | word(page, 61) << 16).isEqualTo(SIZE / 512);
        assertThat(word(page, 100) | word(page, 101) << 16).isEqualTo(SIZE / 512);
        assertThat(word(page, 49) & 0x0300).as("LBA, DMA").isEqualTo(0x0300);
        assertThat(word(page, 83) & 0xC000).isEqualTo(0x4000);
        assertThat(word(page, 83) & 0x3400).as("48-bit, FLUSH").isEqualTo(0x3400);
        assertThat(word(page, 85) & 0x20).as("write cache").isEqualTo(0x20);
        assertThat(word(page, 169)).as("TRIM").isEqualTo(1);
        assertThat(word(page, 93) & 0x2000).as("80 wires").isEqualTo(0x2000);
        int sum = 0;
        for (byte each : page) {
            sum += each;
        }
        assertThat(sum & 0xFF).isZero();
    }

    private static int word(byte[] page, int index) {
        return page[2 * index] & 0xFF | (page[2 * index + 1] & 0xFF) << 8;
    }

    private static String text(byte[] page, int index, int words) {
        byte[] swapped = new byte[2 * words];
        for (int i = 0; i < swapped.length; i++) {
            swapped[i] = page[2 * index + (i ^ 1)];
        }
        return new String(swapped, StandardCharsets.US_ASCII);
    }

    @Test
    void readsSectorBySectorButAsksTheMediumOnce() {
        drive.hold = true;
        rig.command(AtaCommand.READ_SECTORS, 5, 3);
        assertThat(rig.alternateStatus()).isEqualTo(BUSY);
        assertThat(rig.irq()).isFalse();
        drive.release();
        rig.run();
        byte[] read = new byte[0];
        for (int i = 0; i < 3; i++) {
            assertThat(rig.irq()).as("sector %d", i).isTrue();
            assertThat(rig.status()).isEqualTo(DATA);
            byte[] sector = rig.readData(512);
            read = Arrays.copyOf(read, read.length + 512);
            System.arraycopy(sector, 0, read, read.length - 512, 512);
        }
        assertThat(read).isEqualTo(sectors(5, 3));
        assertThat(rig.irq()).isFalse();
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(drive.takeLog()).containsExactly("read 2560+1536");
        assertThat(rig.in(3)).as("last sector").isEqualTo(7);
    }

    @Test
    void readsMoreThanItsBufferHolds() {
        rig.commandExt(AtaCommand.READ_MULTIPLE_EXT, 3, 1000);
        byte[] read = new byte[1000 * 512];
        for (int at = 0; at < read.length; ) {
            assertThat(rig.status()).isEqualTo(DATA);
            int block = Math.min(16 * 512, read.length - at);
            System.arraycopy(rig.readData(block), 0, read, at, block);
            at += block;
        }
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(read).isEqualTo(sectors(3, 1000));
        assertThat(drive.takeLog()).hasSize(4);
    }

    @Test
    void writesSectorBySector() {
        byte[] data = new byte[2 * 512];
        new Random(2).nextBytes(data);
        rig.command(AtaCommand.WRITE_SECTORS, 9, 2);
        assertThat(rig.irq()).as("no interrupt before the first block").isFalse();
        assertThat(rig.status()).isEqualTo(DATA);
        rig.writeData(Arrays.copyOf(data, 512));
        assertThat(rig.irq()).isTrue();
        assertThat(rig.status()).isEqualTo(DATA);
        rig.writeData(Arrays.copyOfRange(data, 512, 1024));
        assertThat(rig.irq()).isTrue();
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(sectors(9, 2)).isEqualTo(data);
    }

    @Test
    void addressesByCylinderHeadAndSector() {
        rig.out(2, 1);
        rig.out(3, 4);
        rig.out(4, 1);
        rig.out(5, 0);
        rig.out(6, 0xA2);
        rig.out(7, AtaCommand.READ_SECTORS);
        rig.run();
        assertThat(rig.readData(512)).isEqualTo(sectors((16 + 2) * 63 + 3, 1));
        rig.out(2, 8);
        rig.out(6, 0xA1);
        rig.out(7, AtaCommand.INITIALIZE_DEVICE_PARAMETERS);
        rig.out(2, 1);
        rig.out(7, AtaCommand.READ_SECTORS);
        rig.run();
        assertThat(rig.readData(512)).isEqualTo(sectors((2 + 1) * 8 + 3, 1));
        rig.out(3, 0);
        rig.out(7, AtaCommand.READ_SECTORS);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(rig.in(1)).isEqualTo(TaskFile.ID_NOT_FOUND);
    }

    @Test
    void dmaFollowsTheTable() {
        rig.table(0x1000, 0x10000, 512 * 3, 0x20010, 512);
        rig.command(AtaCommand.READ_DMA, 7, 4);
        assertThat(rig.irq()).isFalse();
        rig.startBusMaster(true);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.busMasterStatus()).as("interrupt, not active").isEqualTo(0x04);
        assertThat(rig.status()).isEqualTo(OK);
        rig.stopBusMaster();
        assertThat(rig.ram(0x10000, 1536)).isEqualTo(sectors(7, 3));
        assertThat(rig.ram(0x20010, 512)).isEqualTo(sectors(10, 1));

        rig.ram().copyIn(0x20010, new byte[512], 0, 512);
        rig.table(0x1000, 0x20010, 512);
        rig.commandExt(AtaCommand.WRITE_DMA_FUA_EXT, 100, 1);
        rig.startBusMaster(false);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(sectors(100, 1)).isEqualTo(new byte[512]);
        assertThat(drive.takeLog()).endsWith("write 51200+512", "flush");
    }

    @Test
    void aTableThatIsTooLongLeavesTheBusMasterActive() {
        rig.table(0x1000, 0x10000, 1024);
        rig.command(AtaCommand.READ_DMA, 7, 1);
        rig.startBusMaster(true);
        assertThat(rig.busMasterStatus()).isEqualTo(0x05);
        assertThat(rig.ram(0x10200, 512)).isEqualTo(new byte[512]);
        rig.stopBusMaster();
        assertThat(rig.busMasterStatus()).isEqualTo(0x04);
    }

    @Test
    void aTableThatIsTooShortLeavesTheDeviceWaitingForAnother() {
        rig.table(0x1000, 0x10000, 512, 0x11000, 100);
        rig.command(AtaCommand.READ_DMA, 7, 2);
        rig.startBusMaster(true);
        assertThat(rig.busMasterStatus()).as("neither").isZero();
        assertThat(rig.alternateStatus()).isEqualTo(BUSY);
        assertThat(rig.irq()).isFalse();
        rig.stopBusMaster();
        rig.table(0x1000, 0x12000, 512);
        rig.startBusMaster(true);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.ram(0x12000, 512)).isEqualTo(sectors(8, 1));
    }

    @Test
    void hostileTablesEnd() {
        // All entries of 64 KiB, no end of the table; then one in the middle of nowhere.
        for (int i = 0; i < 0x10000; i += 8) {
            rig.ram().set(0x10000 + i, 4, 0x0002);
            rig.ram().set(0x10000 + i + 4, 4, 0x0002);
        }
        rig.bench.out(IdeRig.BUS_MASTER + 4, 4, 0x1FFF8);
        rig.commandExt(AtaCommand.READ_DMA_EXT, 0, 8192);
        rig.startBusMaster(true);
        rig.stopBusMaster();
        rig.bench.out(0x3F6, 0x04);
        rig.bench.out(0x3F6, 0x00);
        rig.table(0x1000, 0xFFFF_FFFE, 0, 0xE000_0000, 0);
        rig.command(AtaCommand.READ_DMA, 0, 256);
        rig.startBusMaster(true);
        assertThat(rig.status()).isEqualTo(OK);
    }

    @Test
    void stoppingTheBusMasterCancelsWhatItMoves() {
        drive.hold = true;
        rig.table(0x1000, 0x10000, 512);
        rig.command(AtaCommand.READ_DMA, 7, 1);
        rig.startBusMaster(true);
        assertThat(drive.busy()).isTrue();
        rig.stopBusMaster();
        assertThat(drive.busy()).isFalse();
        assertThat(rig.busMasterStatus()).isZero();
        drive.release();
        rig.startBusMaster(true);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.ram(0x10000, 512)).isEqualTo(sectors(7, 1));
    }

    @Test
    void softwareResetEndsACommand() {
        drive.hold = true;
        rig.command(AtaCommand.READ_SECTORS, 7, 1);
        rig.bench.out(0x3F6, 0x04);
        assertThat(rig.status()).isEqualTo(0x80);
        assertThat(drive.busy()).isFalse();
        rig.bench.out(0x3F6, 0x00);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.in(1)).isEqualTo(1);
        assertThat(rig.irq()).isFalse();
    }

    @Test
    void interruptsCanBeHeldBack() {
        rig.bench.out(0x3F6, 0x02);
        rig.command(AtaCommand.RECALIBRATE, 0, 0);
        assertThat(rig.irq()).isFalse();
        rig.bench.out(0x3F6, 0x00);
        assertThat(rig.irq()).isTrue();
        rig.alternateStatus();
        assertThat(rig.irq()).isTrue();
        rig.status();
        assertThat(rig.irq()).isFalse();
    }

    @Test
    void unreadableSectorsAreFound() {
        drive.badFrom = 12 * 512;
        rig.command(AtaCommand.READ_SECTORS, 10, 4);
        assertThat(rig.readData(512)).isEqualTo(sectors(10, 1));
        assertThat(rig.status()).isEqualTo(DATA);
        rig.readData(512);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(rig.in(1)).isEqualTo(TaskFile.UNCORRECTABLE);
        assertThat(rig.in(3)).isEqualTo(12);
        drive.failure = DriveResult.NO_SPACE;
        rig.table(0x1000, 0x10000, 512);
        rig.command(AtaCommand.WRITE_DMA, 12, 1);
        rig.startBusMaster(false);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(rig.in(1)).isEqualTo(TaskFile.ABORTED);
    }

    @Test
    void sectorsBeyondTheEndAreNotFound() {
        rig.command(AtaCommand.READ_SECTORS, SIZE / 512 - 1, 2);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(rig.in(1)).isEqualTo(TaskFile.ID_NOT_FOUND);
        rig.commandExt(AtaCommand.WRITE_DMA_EXT, 0xFFFF_FFFF_FFFFL, 0);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(drive.takeLog()).isEmpty();
    }

    @Test
    void theWriteCacheIsFlushedAndSwitched() {
        rig.command(AtaCommand.FLUSH_CACHE_EXT, 0, 0);
        assertThat(drive.takeLog()).containsExactly("flush");
        rig.setFeature(0x82, 0);
        assertThat(drive.takeLog()).containsExactly("flush");
        assertThat(drive.cache).isFalse();
        rig.setFeature(0x02, 0);
        assertThat(drive.cache).isTrue();
        rig.setFeature(0x82, 0);
        rig.bench.machine().reset();
        drive.badFrom = 0;
        rig.command(AtaCommand.FLUSH_CACHE, 0, 0);
        assertThat(rig.status()).isEqualTo(ERROR);
    }

    @Test
    void trimGivesRangesUp() {
        GuestRam ram = rig.ram();
        ram.copyIn(0x10000, new byte[512], 0, 512);
        ram.set(0x10000, 8, 8L << 48 | 100);
        ram.set(0x10010, 8, 1L << 48 | 7);
        rig.table(0x1000, 0x10000, 512);
        rig.out(1, 1);
        rig.commandExt(AtaCommand.DATA_SET_MANAGEMENT, 0, 1);
        rig.startBusMaster(false);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(drive.takeLog()).containsExactly("discard 51200+4096", "discard 3584+512");
        ram.set(0x10010, 8, 1L << 48 | SIZE / 512);
        rig.table(0x1000, 0x10000, 512);
        rig.commandExt(AtaCommand.DATA_SET_MANAGEMENT, 0, 1);
        rig.stopBusMaster();
        rig.startBusMaster(false);
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(drive.takeLog()).isEmpty();
    }

    @Test
    void commandsWithoutData() {
        rig.command(AtaCommand.READ_NATIVE_MAX, 0, 0);
        assertThat(rig.in(3) | rig.in(4) << 8).isEqualTo(SIZE / 512 - 1);
        rig.command(AtaCommand.STANDBY_IMMEDIATE, 0, 0);
        rig.command(AtaCommand.CHECK_POWER_MODE, 0, 0);
        assertThat(rig.in(2)).isZero();
        rig.command(0x97, 0, 0);
        rig.command(0x98, 0, 0);
        assertThat(rig.in(2)).isEqualTo(0xFF);
        rig.command(AtaCommand.SET_MULTIPLE_MODE, 0, 3);
        assertThat(rig.status()).isEqualTo(ERROR);
        rig.command(AtaCommand.READ_MULTIPLE, 0, 1);
        assertThat(rig.status()).isEqualTo(ERROR);
        for (int refused : new int[] {AtaCommand.NOP, 0xF1, 0xF6, 0x03, 0xC0, 0xB1, 0xF9, 0xA0, 0xA1, 0x08, 0xFF}) {
            rig.command(refused, 0, 1);
            assertThat(rig.status()).as("%#x", refused).isEqualTo(ERROR);
            assertThat(rig.in(1)).isEqualTo(TaskFile.ABORTED);
        }
        rig.command(AtaCommand.EXECUTE_DEVICE_DIAGNOSTIC, 0, 0);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.in(1)).isEqualTo(1);
    }

    @Test
    void smartSaysThatAllIsWell() {
        rig.out(1, 0xDA);
        rig.command(AtaCommand.SMART, 0xC24F00, 0);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.in(4)).isEqualTo(0x4F);
        assertThat(rig.in(5)).isEqualTo(0xC2);
        rig.out(1, 0xD0);
        rig.command(AtaCommand.SMART, 0xC24F00, 1);
        byte[] page = rig.readData(512);
        int sum = 0;
        for (byte each : page) {
            sum += each;
        }
        assertThat(sum & 0xFF).isZero();
        rig.out(1, 0xD9);
        rig.command(AtaCommand.SMART, 0xC24F00, 0);
        rig.out(1, 0xD0);
        rig.command(AtaCommand.SMART, 0xC24F00, 1);
        assertThat(rig.status()).isEqualTo(ERROR);
    }

    @Test
    void aReadUnderWayIsDoneAgainAfterARestore() {
        drive.hold = true;
        rig.table(0x1000, 0x10000, 512);
        rig.command(AtaCommand.READ_DMA, 7, 1);
        rig.startBusMaster(true);
        IdeRig other = new IdeRig();
        FakeDrive otherDrive = other.drive("d0", SIZE);
        drive.copyTo(otherDrive);
        otherDrive.hold = false;
        rig.cards.copyRamTo(other.cards);
        other.controller.restore(rig.controller.save());
        HardDisk disk = (HardDisk) java.util.Objects.requireNonNull(drive.user());
        other.disk(0, "d0").restore(disk.save());
        other.run();
        assertThat(other.irq()).isTrue();
        assertThat(other.status()).isEqualTo(OK);
        assertThat(other.ram(0x10000, 512)).isEqualTo(sectors(7, 1));
    }

    @Test
    void placesAndDrivesAreChecked() {
        assertThatThrownBy(() -> rig.plug(new IdeHdDriver(), 0, Map.of("drive", "d0", "unit", "0")))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("IDE unit 0 is in use");
        assertThatThrownBy(() -> rig.plug(new IdeHdDriver(), 0, Map.of("drive", "d0", "unit", "2")))
                .hasMessageContaining("Can't create IDE unit 2, bus supports only 2 units");
        assertThatThrownBy(() -> rig.plug(new IdeHdDriver(), 0, Map.of())).hasMessageContaining("No drive specified");
        rig.drive("empty", -1);
        assertThatThrownBy(() -> rig.plug(new IdeHdDriver(), 0, Map.of("drive", "empty")))
                .hasMessageContaining("Device needs media, but drive is empty");
        rig.drive("ro", 512).readOnly = true;
        assertThatThrownBy(() -> rig.plug(new IdeHdDriver(), 0, Map.of("drive", "ro")))
                .hasMessageContaining("read-only");
    }
}
