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

    /** PIIX3 (82371SB data sheet, 2.3.3 and 2.3.9): function 1, IDETIM of both channels, I/O space enabled. */
    private static final byte[] ENABLE_IDE =
            HexFormat.of().parseHex("baf80c66b84009008066efbafc0c66b80080008066efbaf80c66b80409008066efbafc0cb80500ef");

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
        if (description.contains("locks the CD")) {
            return packet(0x1e, 0, 0, 0, 1);
        }
        if (description.contains("opens the CD")) {
            return packet(0x1b, 0, 0, 0, 2);
        }
        if (description.contains("encrypted image")) {
            return STAY;
        }
        throw new IllegalArgumentException("no guest code for " + description);
    }

    /** A packet for the CD drive that is the master of the second channel (ATA/ATAPI-4, 9.8). */
    private static byte[] packet(int... bytes) {
        byte[] command = concat(
                ENABLE_IDE,
                outb(0x176, 0xa0),
                outb(0x171, 0),
                outb(0x174, 0),
                outb(0x175, 0),
                outb(0x177, 0xa0),
                // IN AL,DX; AND AL,88h; CMP AL,8; JNZ back to IN: until DRQ without BSY.
                HexFormat.of().parseHex("ec24883c0875f9"));
        // MOV DX,170h; MOV CX,6; MOV AX,CS; MOV DS,AX; CLD; MOV SI,packet; REP OUTSW; HLT; JMP back to HLT.
        byte[] send = HexFormat.of().parseHex("ba7001b906008cc88ed8fcbe0000f36ff4ebfd");
        int place = 1 + ENABLE_PM.length + command.length + send.length;
        send[12] = (byte) place;
        send[13] = (byte) (place >> 8);
        byte[] packet = new byte[12];
        for (int i = 0; i < bytes.length; i++) {
            packet[i] = (byte) bytes[i];
        }
        return concat(command, send, packet);
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
