package org.margay.ide.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.testkit.images.FakeDrive;

final class CdDriveTest {
    private static final int SECTORS = 300;
    private static final int DATA_IN = 0x58;
    private static final int OK = 0x50;
    private static final int ERROR = 0x51;

    private final IdeRig rig = new IdeRig();
    private final FakeDrive drive = rig.drive("c0", SECTORS * 2048);

    @BeforeEach
    void plug() throws Exception {
        new Random(1).nextBytes(drive.content());
        rig.plug(new IdeCdDriver(), 0, Map.of("drive", "c0"));
    }

    /** Sends a packet, with a limit of bytes for each block. */
    private void packet(int limit, int... bytes) {
        packet(false, limit, bytes);
    }

    private void packet(boolean dma, int limit, int... bytes) {
        rig.out(6, 0xA0);
        rig.out(1, dma ? 1 : 0);
        rig.out(4, limit & 0xFF);
        rig.out(5, limit >> 8);
        rig.out(7, AtaCommand.PACKET);
        assertThat(rig.status()).isEqualTo(DATA_IN);
        assertThat(rig.in(2) & 3).as("the packet").isEqualTo(1);
        byte[] packet = new byte[12];
        for (int i = 0; i < bytes.length; i++) {
            packet[i] = (byte) bytes[i];
        }
        rig.writeData(packet);
    }

    /** Reads blocks as long as the drive has some. */
    private byte[] reply() {
        byte[] all = new byte[0];
        while (rig.status() == DATA_IN) {
            assertThat(rig.in(2) & 3).as("data for the host").isEqualTo(2);
            int length = rig.in(4) | rig.in(5) << 8;
            byte[] block = rig.readData(length + 1 & ~1);
            all = Arrays.copyOf(all, all.length + length);
            System.arraycopy(block, 0, all, all.length - length, length);
        }
        assertThat(rig.irq()).isFalse();
        assertThat(rig.in(2) & 3).as("the end").isEqualTo(3);
        return all;
    }

    private void fails(int key, int code) {
        assertThat(rig.status()).isEqualTo(ERROR);
        assertThat(rig.in(1) >> 4).isEqualTo(key);
        packet(0xFFFE, 0x03, 0, 0, 0, 18);
        byte[] sense = reply();
        assertThat(sense[2]).isEqualTo((byte) key);
        assertThat(sense[12]).isEqualTo((byte) code);
    }

    private byte[] sectors(int first, int count) {
        return Arrays.copyOfRange(drive.content(), first * 2048, (first + count) * 2048);
    }

    @Test
    void showsTheSignatureOfPacketDevices() {
        assertThat(rig.in(4)).isEqualTo(0x14);
        assertThat(rig.in(5)).isEqualTo(0xEB);
        rig.out(6, 0xA0);
        rig.out(7, AtaCommand.IDENTIFY_DEVICE);
        assertThat(rig.status() & 1).isEqualTo(1);
        assertThat(rig.in(5)).isEqualTo(0xEB);
        rig.out(7, AtaCommand.IDENTIFY_PACKET_DEVICE);
        byte[] page = rig.readData(512);
        assertThat(page[0] & 0xFF | (page[1] & 0xFF) << 8).isEqualTo(0x85C0);
        assertThat(new String(page, 54, 12, StandardCharsets.US_ASCII)).isEqualTo("EQUMD DVR-MO");
        assertThat(rig.status()).isEqualTo(OK);
        rig.out(7, AtaCommand.DEVICE_RESET);
        assertThat(rig.status()).isZero();
        assertThat(rig.in(4)).isEqualTo(0x14);
    }

    @Test
    void readsInBlocksThatTheHostLikes() {
        packet(2048, 0x28, 0, 0, 0, 0, 10, 0, 0, 3);
        assertThat(reply()).isEqualTo(sectors(10, 3));
        packet(0xFFFF, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0, 200);
        assertThat(reply()).isEqualTo(sectors(0, 200));
        packet(100, 0x28, 0, 0, 0, 0, 1, 0, 0, 1);
        assertThat(reply()).isEqualTo(sectors(1, 1));
    }

    @Test
    void readsByDma() {
        rig.table(0x1000, 0x10000, 4096);
        packet(true, 0, 0x28, 0, 0, 0, 0, 10, 0, 0, 2);
        assertThat(rig.irq()).isFalse();
        rig.startBusMaster(true);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.ram(0x10000, 4096)).isEqualTo(sectors(10, 2));
        rig.stopBusMaster();
        rig.table(0x1000, 0x10000, 36);
        packet(true, 0, 0x12, 0, 0, 0, 36);
        rig.startBusMaster(true);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.busMasterStatus()).isEqualTo(4);
        assertThat(new String(rig.ram(0x10008, 20), StandardCharsets.US_ASCII)).isEqualTo("QEMU    QEMU DVD-ROM");
        rig.stopBusMaster();
        rig.table(0x1000, 0x10000, 2352);
        packet(true, 0, 0xBE, 0, 0, 0, 0, 7, 0, 0, 1, 0xF8);
        rig.startBusMaster(true);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(rig.ram(0x10010, 2048)).isEqualTo(sectors(7, 1));
    }

    @Test
    void wholeSectorsHaveTheirCode() {
        packet(0xFFFE, 0xBE, 0, 0, 0, 0, 16, 0, 0, 2, 0xF8);
        byte[] raw = reply();
        assertThat(raw).hasSize(2 * 2352);
        assertThat(Arrays.copyOfRange(raw, 12, 16)).containsExactly(0, 2, 0x16, 1);
        assertThat(Arrays.copyOfRange(raw, 16, 2064)).isEqualTo(sectors(16, 1));
        // Each of the 86 columns of 26 bytes is a word of the code: its sum is 0, and that of its bytes times powers of
        // 2.
        for (int column = 0; column < 86; column++) {
            int sum = 0;
            int weighted = 0;
            for (int row = 0; row < 26; row++) {
                int value = raw[12 + column + 86 * row] & 0xFF;
                sum ^= value;
                weighted = weighted << 1 ^ ((weighted & 0x80) != 0 ? 0x11D : 0) ^ value;
            }
            assertThat(sum | weighted).as("column %d", column).isZero();
        }
        packet(0xFFFE, 0xBE, 0, 0, 0, 0, 16, 0, 0, 2, 0x10);
        assertThat(reply()).isEqualTo(sectors(16, 2));
    }

    @Test
    void describesTheDisc() {
        packet(0xFFFE, 0x25);
        assertThat(reply()).containsExactly(0, 0, 1, 0x2B, 0, 0, 8, 0);
        packet(0xFFFE, 0x43, 2, 0, 0, 0, 0, 0, 0, 255);
        assertThat(reply())
                .containsExactly(0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 2, 0, 0, 0x14, (byte) 0xAA, 0, 0, 0, 6, 0);
        packet(0xFFFE, 0x46, 0, 0, 0, 0, 0, 0, 0, 255);
        byte[] configuration = reply();
        assertThat(configuration[3]).isEqualTo((byte) (configuration.length - 4));
        assertThat(configuration[7]).as("CD-ROM").isEqualTo((byte) 8);
        packet(0xFFFE, 0x5A, 0, 0x3F, 0, 0, 0, 0, 0, 255);
        byte[] modes = reply();
        assertThat(modes[1] + 2).isEqualTo(modes.length);
        packet(0xFFFE, 0x51, 0, 0, 0, 0, 0, 0, 0, 255);
        assertThat(reply()).hasSize(34).startsWith(0, 32, 0x0E, 1, 1, 1, 1);
        packet(0xFFFE, 0x43, 0, 1, 0, 0, 0, 0, 0, 4);
        assertThat(reply()).containsExactly(0, 10, 1, 1);
    }

    @Test
    void refusesWhatItCannot() {
        packet(0xFFFE, 0x28, 0, 0, 0, 1, 0x2B, 0, 0, 2);
        fails(5, 0x21);
        for (int code : new int[] {0x42, 0x4B, 0xA3, 0xA4, 0x2A, 0x35, 0xFF}) {
            packet(0xFFFE, code);
            fails(5, 0x20);
        }
        packet(0xFFFE, 0x5A, 0, 0x0E, 0, 0, 0, 0, 0, 255);
        fails(5, 0x24);
        packet(0xFFFE, 0xAD, 0, 0, 0, 0, 0, 0, 0, 0, 255);
        fails(5, 0x30);
        drive.badFrom = 0;
        packet(0xFFFE, 0x28, 0, 0, 0, 0, 0, 0, 0, 1);
        fails(3, 0x11);
    }

    @Test
    void aNewMediumIsToldOnce() {
        drive.change(null);
        packet(0xFFFE, 0x00);
        fails(2, 0x3A);
        packet(0xFFFE, 0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8);
        assertThat(reply()).containsExactly(0, 4, 4, 0x10, 3, 1, 0, 0);
        drive.change(new byte[4096]);
        packet(0xFFFE, 0x12, 0, 0, 0, 36);
        assertThat(reply()).hasSize(36);
        packet(0xFFFE, 0x00);
        fails(6, 0x28);
        packet(0xFFFE, 0x00);
        assertThat(rig.status()).isEqualTo(OK);
        packet(0xFFFE, 0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8);
        assertThat(reply()).containsExactly(0, 4, 4, 0x10, 2, 2, 0, 0);
        packet(0xFFFE, 0x25);
        assertThat(reply()[3]).isEqualTo((byte) 1);
    }

    @Test
    void theGuestLocksAndMovesTheTray() {
        packet(0xFFFE, 0x1E, 0, 0, 0, 1);
        assertThat(drive.user().locked()).isTrue();
        packet(0xFFFE, 0x1B, 0, 0, 0, 2);
        fails(5, 0x53);
        drive.user().ejectRequested(false);
        packet(0xFFFE, 0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8);
        assertThat(reply()).containsExactly(0, 4, 4, 0x10, 1, 2, 0, 0);
        packet(0xFFFE, 0x1E);
        packet(0xFFFE, 0x1B, 0, 0, 0, 2);
        assertThat(rig.status()).isEqualTo(OK);
        assertThat(drive.user().trayOpen()).isTrue();
        packet(0xFFFE, 0x00);
        fails(2, 0x3A);
        packet(0xFFFE, 0x1B, 0, 0, 0, 3);
        assertThat(drive.takeLog()).containsExactly("tray open", "tray closed");
        packet(0xFFFE, 0x00);
        fails(6, 0x28);
    }

    @Test
    void modesAreSelected() {
        byte[] list = new byte[16];
        list[8] = 1;
        list[9] = 6;
        list[10] = 0x20;
        list[11] = 3;
        packet(0xFFFE, 0x55, 0x10, 0, 0, 0, 0, 0, 0, 16);
        assertThat(rig.in(2) & 3).as("data for the device").isZero();
        rig.writeData(list);
        assertThat(rig.status()).isEqualTo(OK);
        packet(0xFFFE, 0x1A, 0, 1, 0, 255);
        assertThat(Arrays.copyOfRange(reply(), 4, 8)).containsExactly(1, 6, 0x20, 3);
        list[8] = 0x2A;
        packet(0xFFFE, 0x55, 0x10, 0, 0, 0, 0, 0, 0, 16);
        rig.writeData(list);
        fails(5, 0x26);
    }

    @Test
    void largeDiscsAreDvds() {
        DiscPages dvd = new DiscPages(2_000_000);
        assertThat(new CdPages(dvd, false, false).configuration(0, 0)[7]).isEqualTo((byte) 0x10);
        assertThat(dvd.dvdStructure(0)).hasSize(2052);
        assertThat(dvd.dvdStructure(3)).isNull();
        packet(0xFFFE, 0xAD, 0, 0, 0, 0, 0, 0, 0xFF, 0, 255);
        assertThat(reply()).hasSize(16);
    }

    @Test
    void withoutADriveItIsEmpty() throws Exception {
        rig.plug(new IdeCdDriver(), 1, Map.of());
        rig.bench.out(0x176, 0xA0);
        rig.bench.out(0x177, AtaCommand.PACKET);
        for (int i = 0; i < 6; i++) {
            rig.bench.out(0x170, 2, 0);
        }
        assertThat(rig.bench.in(0x177)).isEqualTo(ERROR);
        assertThat(rig.bench.in(0x171) >> 4).isEqualTo(2);
    }
}
