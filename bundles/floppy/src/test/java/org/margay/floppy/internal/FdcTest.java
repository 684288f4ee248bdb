package org.margay.floppy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.images.FakeDrive;

final class FdcTest {
    private static final int SIZE = 1_474_560;
    private static final int TRACK = 18 * 512;

    private final FloppyRig rig = FloppyRig.of(new DeviceBench());
    private final FakeDrive drive = rig.drive("f0", SIZE);

    @BeforeEach
    void plug() {
        new Random(1).nextBytes(drive.content());
        rig.controller(Map.of("driveA", "f0"));
    }

    private byte[] image(int from, int length) {
        return Arrays.copyOfRange(drive.content(), from, from + length);
    }

    private void seek(int cylinder) {
        rig.command(0x0F, 0, cylinder);
        rig.bench.advance(2_000_000_000L);
        assertThat(rig.irq()).isTrue();
        rig.command(0x08);
        assertThat(rig.result(2)).containsExactly(0x20, cylinder);
        assertThat(rig.irq()).isFalse();
    }

    @Test
    void resetIsToldForAllDrives() {
        assertThat(rig.bench.in(0x3F4)).as("in reset").isZero();
        rig.bench.out(0x3F2, 0x0C);
        assertThat(rig.irq()).isTrue();
        for (int unit = 0; unit < 4; unit++) {
            rig.command(0x08);
            assertThat(rig.result(2)).containsExactly(0xC0 | unit, 0);
        }
        rig.command(0x08);
        assertThat(rig.result(1)).containsExactly(0x80);
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0x80);
    }

    @Test
    void readsToTerminalCount() {
        rig.start();
        rig.program(true, 0x8000, 512);
        rig.command(0xE6, 0, 0, 0, 5, 2, 18, 0x1B, 0xFF);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.result(7)).containsExactly(0, 0, 0, 0, 0, 6, 2);
        assertThat(rig.irq()).isFalse();
        assertThat(rig.ram(0x8000, 512)).isEqualTo(image(4 * 512, 512));
        assertThat(rig.bench.in(0x08) & 4).as("terminal count").isEqualTo(4);
    }

    @Test
    void goesOnAtTheOtherSide() {
        rig.start();
        seek(3);
        rig.program(true, 0x8000, 2 * TRACK);
        rig.command(0xE6, 0, 3, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.result(7)).containsExactly(0, 0, 0, 4, 0, 1, 2);
        assertThat(rig.ram(0x8000, 2 * TRACK)).isEqualTo(image(3 * 2 * TRACK, 2 * TRACK));
    }

    @Test
    void theEndOfTheTrackWithoutTerminalCountIsAnError() {
        rig.start();
        rig.program(true, 0x8000, 0x8000);
        rig.command(0x66, 0, 0, 0, 17, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).containsExactly(0x40, 0x80, 0);
        assertThat(rig.ram(0x8000, 1024)).isEqualTo(image(16 * 512, 1024));
    }

    @Test
    void writesAndFillsUp() {
        byte[] data = new byte[512];
        new Random(2).nextBytes(data);
        rig.ram.copyIn(0x8000, data, 0, 512);
        rig.start();
        rig.program(false, 0x8000, 700);
        rig.command(0xC5, 4, 0, 1, 2, 2, 18, 0x1B, 0xFF);
        assertThat(rig.result(7)).containsExactly(4, 0, 0, 0, 1, 4, 2);
        assertThat(image(TRACK + 512, 512)).isEqualTo(data);
        assertThat(image(TRACK + 1024 + 188, 324)).isEqualTo(new byte[324]);
    }

    @Test
    void waitsForTheDmaController() {
        rig.start();
        rig.bench.out(0x0A, 0x06);
        rig.command(0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.irq()).isFalse();
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0x10);
        rig.program(true, 0x8000, 512);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.ram(0x8000, 512)).isEqualTo(image(0, 512));
    }

    @Test
    void withoutDmaBytesPassTheRegister() {
        rig.start();
        rig.command(0x03, 0xDF, 0x03);
        rig.command(0x46, 0, 0, 0, 18, 2, 18, 0x1B, 0xFF);
        assertThat(rig.irq()).isTrue();
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0xF0);
        byte[] read = new byte[512];
        for (int i = 0; i < 512; i++) {
            read[i] = (byte) rig.bench.in(0x3F5);
        }
        assertThat(read).isEqualTo(image(17 * 512, 512));
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0xD0);
        assertThat(rig.ended()).containsExactly(0x40, 0x80, 0);
        rig.command(0x45, 0, 0, 0, 18, 2, 18, 0x1B, 0xFF);
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0xB0);
        for (int i = 0; i < 512; i++) {
            rig.bench.out(0x3F5, i);
        }
        rig.run();
        assertThat(rig.ended()).containsExactly(0x40, 0x80, 0);
        assertThat(image(17 * 512, 3)).containsExactly(0, 1, 2);
    }

    @Test
    void formatsATrack() {
        for (int i = 0; i < 18; i++) {
            rig.ram.set(0x8000 + 4L * i, 4, 2 | (i + 1) << 16 | 0x0200_0000L);
        }
        rig.start();
        seek(2);
        rig.program(false, 0x8000, 18 * 4);
        rig.command(0x4D, 0, 2, 18, 0x54, 0xF6);
        assertThat(rig.ended()).containsExactly(0, 0, 0);
        byte[] filled = new byte[TRACK];
        Arrays.fill(filled, (byte) 0xF6);
        assertThat(image(4 * TRACK, TRACK)).isEqualTo(filled);
    }

    @Test
    void sectorsMustBeThere() {
        rig.start();
        rig.program(true, 0x8000, 512);
        rig.command(0xE6, 0, 1, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).as("other cylinder").containsExactly(0x40, 0x04, 0x10);
        rig.command(0xE6, 0, 0, 0, 19, 2, 19, 0x1B, 0xFF);
        assertThat(rig.ended()).as("beyond the track").containsExactly(0x40, 0x04, 0);
        rig.bench.out(0x3F7, 2);
        rig.command(0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).as("other rate").containsExactly(0x40, 0x01, 0);
        rig.bench.out(0x3F7, 0);
        drive.readOnly = true;
        rig.command(0xC5, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).as("protected").containsExactly(0x40, 0x02, 0);
        drive.badFrom = 0;
        rig.command(0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).as("bad").containsExactly(0x40, 0x20, 0x20);
        drive.change(null);
        rig.command(0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).as("no medium").containsExactly(0x40, 0x01, 0);
    }

    @Test
    void seeksTakeTime() {
        rig.start();
        rig.command(0x0F, 0, 10);
        assertThat(rig.bench.in(0x3F4)).isEqualTo(0x81);
        rig.bench.advance(3_000_000L * 10);
        assertThat(rig.irq()).isFalse();
        rig.bench.advance(3_000_000L);
        assertThat(rig.irq()).isTrue();
        rig.command(0x08);
        assertThat(rig.result(2)).containsExactly(0x20, 10);
        rig.command(0x04, 0);
        assertThat(rig.result(1)).containsExactly(0x28);
        rig.command(0x07, 0);
        rig.bench.advance(1_000_000_000L);
        rig.command(0x08);
        assertThat(rig.result(2)).containsExactly(0x20, 0);
        rig.command(0x04, 0);
        assertThat(rig.result(1)).containsExactly(0x38);
        rig.command(0x07, 1);
        rig.bench.advance(1_000_000_000L);
        rig.command(0x08);
        assertThat(rig.result(2)).as("no drive B").containsExactly(0x71, 0);
    }

    @Test
    void theChangeLineGoesWithAStep() {
        rig.start();
        assertThat(rig.bench.in(0x3F7)).isEqualTo(0x80);
        seek(1);
        assertThat(rig.bench.in(0x3F7)).isZero();
        drive.change(null);
        seek(2);
        assertThat(rig.bench.in(0x3F7)).isEqualTo(0x80);
        drive.change(new byte[737_280]);
        assertThat(rig.bench.in(0x3F7)).isEqualTo(0x80);
        seek(0);
        assertThat(rig.bench.in(0x3F7)).isZero();
        rig.bench.out(0x3F7, 2);
        rig.command(0x4A, 0);
        rig.bench.advance(200_000_000L);
        assertThat(rig.ended()).containsExactly(0, 0, 0);
    }

    @Test
    void readIdTellsWhatPassesBy() {
        rig.start();
        rig.command(0x4A, 4);
        assertThat(rig.irq()).isFalse();
        rig.bench.advance(12_000_000L);
        assertThat(rig.irq()).isTrue();
        int[] result = rig.result(7);
        assertThat(result[0]).isEqualTo(4);
        assertThat(result[4]).isEqualTo(1);
        assertThat(result[5]).isBetween(1, 18);
        assertThat(result[6]).isEqualTo(2);
    }

    @Test
    void settingsAreDumped() {
        rig.start();
        rig.command(0x10);
        assertThat(rig.result(1)).containsExactly(0x90);
        rig.command(0x13, 0, 0x57, 0x11);
        rig.command(0x12, 0x84);
        rig.command(0x94);
        assertThat(rig.result(1)).containsExactly(0x10);
        rig.command(0x0E);
        assertThat(rig.result(10)).containsExactly(0, 0, 0, 0, 0xDF, 0x02, 18, 0x84, 0x57, 0x11);
        rig.bench.out(0x3F4, 0x80);
        rig.command(0x0E);
        assertThat(rig.result(10)[8]).as("locked").isEqualTo(0x57);
        rig.command(0x18);
        assertThat(rig.result(1)).containsExactly(0x80);
        // An implied seek.
        rig.program(true, 0x8000, 512);
        rig.command(0xE6, 0, 7, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.ended()).containsExactly(0, 0, 0);
        assertThat(rig.ram(0x8000, 512)).isEqualTo(image(14 * TRACK, 512));
    }

    @Test
    void verifiesWithoutMovingData() {
        rig.start();
        rig.command(0xF6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF);
        assertThat(rig.result(7)).containsExactly(0, 0, 0, 1, 0, 1, 2);
        rig.command(0xF6, 0x80, 0, 0, 1, 2, 18, 0x1B, 3);
        assertThat(rig.result(7)).containsExactly(0, 0, 0, 0, 0, 4, 2);
    }

    @Test
    void formatsGoBySize() {
        assertThat(FloppyFormat.of(DriveType.AUTO, 1_474_560))
                .isEqualTo(new FloppyFormat(DriveType.D144, 18, 80, 2, 0));
        assertThat(FloppyFormat.of(DriveType.AUTO, 163_840)).isEqualTo(new FloppyFormat(DriveType.D120, 8, 40, 1, 2));
        assertThat(FloppyFormat.of(DriveType.AUTO, 2_949_120))
                .isEqualTo(new FloppyFormat(DriveType.D288, 36, 80, 2, 3));
        assertThat(FloppyFormat.of(DriveType.D288, 737_280)).isEqualTo(new FloppyFormat(DriveType.D144, 9, 80, 2, 2));
        assertThat(FloppyFormat.of(DriveType.AUTO, 1_296_384).sectors()).isEqualTo(18);
        assertThat(FloppyFormat.of(DriveType.D144, 1 << 30).drive()).isEqualTo(DriveType.D144);
    }

    @Test
    void floppiesCanBePluggedIntoItsCable() throws Exception {
        rig.drive("f1", 737_280);
        FloppyDevice plugged = (FloppyDevice) rig.plug(
                new FloppyDriver(),
                rig.bench.machine().buses().find("floppy-bus.0").orElseThrow(),
                Map.of("drive", "f1"));
        assertThat(plugged.unit()).isEqualTo(1);
        rig.start();
        rig.bench.out(0x3F2, 0x2D);
        assertThat(rig.bench.in(0x3F7)).isEqualTo(0x80);
        plugged.close();
        assertThat(rig.bench.in(0x3F7)).isZero();
    }
}
