package org.margay.itests.golden;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The little programs that the recorded guests ran from a floppy disk's boot sector, as a BIOS image: there is no floppy disk
 * yet. Real mode, 16-bit code.
 */
final class GuestCode {
    private static final int ROM_SIZE = 1 << 16;
    private static final int RESET_VECTOR = ROM_SIZE - 16;

    /** PIIX4 (82371AB data sheet, 7.1 and 7.2): PMBASE B000h, then PMREGMISC, I/O space enabled. */
    private static final byte[] ENABLE_PM =
            HexFormat.of().parseHex("baf80c66b8400b008066efbafc0c66b801b0000066efbaf80c66b8800b008066efbafc0cb001ee");

    private static final byte[] STAY = HexFormat.of().parseHex("f4ebfd");

    private GuestCode() {}

    private static byte[] outb(int port, int value) {
        return new byte[] {(byte) 0xba, (byte) port, (byte) (port >> 8), (byte) 0xb0, (byte) value, (byte) 0xee};
    }

    /** A sleep state into PM1 control, whose low byte we leave at 0. */
    private static byte[] sleep(int pm1Control) {
        return new byte[] {
            (byte) 0xba, 0x04, (byte) 0xb0, (byte) 0xb8, (byte) pm1Control, (byte) (pm1Control >> 8), (byte) 0xef
        };
    }

    private static byte[] of(String description) {
        if (description.contains("S5") || description.contains("same with -no-shutdown")) {
            return sleep(0x2000);
        }
        if (description.contains("S3")) {
            return sleep(0x2400);
        }
        if (description.contains("guest reset")) {
            return outb(0x64, 0xfe);
        }
        if (description.contains("RTC hour")) {
            return concat(
                    outb(0x70, 11), outb(0x71, 0x82), outb(0x70, 4), outb(0x71, 5), outb(0x70, 11), outb(0x71, 2));
        }
        if (description.contains("ib700")) {
            // The shortest time, two seconds.
            return outb(0x443, 0x0e);
        }
        if (description.contains("triple fault")) {
            // LIDT of an empty table, INT3.
            return HexFormat.of().parseHex("0f011e007dcc");
        }
        throw new IllegalArgumentException("no guest code for " + description);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** A 64 KiB image for -bios. */
    static byte[] bios(String description) {
        byte[] rom = new byte[ROM_SIZE];
        byte[] code = concat(new byte[] {(byte) 0xfa}, ENABLE_PM, of(description), STAY);
        System.arraycopy(code, 0, rom, 0, code.length);
        byte[] jump = HexFormat.of().parseHex("ea000000f0");
        System.arraycopy(jump, 0, rom, RESET_VECTOR, jump.length);
        byte[] date = "01/01/26".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(date, 0, rom, RESET_VECTOR + 5, date.length);
        return rom;
    }
}
