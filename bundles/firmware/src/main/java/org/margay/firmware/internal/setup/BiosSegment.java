package org.margay.firmware.internal.setup;

import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.table.MemoryLayout;

/**
 * The 64 KiB at F0000h: in ROM, little code at the addresses that programs know from IBM's BIOS; in shadow RAM, that code and
 * the tables that are searched for there. Without a kernel the processor ends here.
 */
final class BiosSegment {
    static final int SIZE = 0x10000;

    /** Segment value. */
    static final int SEGMENT = MemoryLayout.BIOS_SEGMENT >>> 4;

    /** Offset of an interrupt handler that only returns. */
    static final int RETURN = 0xFF53;

    /** Offset of a handler that ends an interrupt of the first controller. */
    static final int END_FIRST = 0xFF00;

    /** Offset of a handler that ends an interrupt of the second controller. */
    static final int END_SECOND = 0xFF10;

    private static final int POWER_ON = 0xE05B;
    private static final int MESSAGE = 0xE100;
    private static final int RESET_VECTOR = 0xFFF0;
    private static final int DATE = 0xFFF5;
    private static final int MODEL = 0xFFFE;
    private static final int PC_AT = 0xFC;
    private static final String TEXT = "No kernel and no BIOS: nothing to boot.\n";
    private static final int FIRST_TABLE = 0x0020;
    private static final int TABLES_END = POWER_ON;

    private final Blob content = new Blob().zeros(SIZE);
    private int next = FIRST_TABLE;

    BiosSegment() {
        // cli; cld; push cs; pop ds; mov si, MESSAGE; mov cx, length; mov dx, 402h; rep outsb; hlt; jmp back to hlt
        put(POWER_ON, 0xFA, 0xFC, 0x0E, 0x1F, 0xBE, MESSAGE & 0xFF, MESSAGE >>> 8, 0xB9, TEXT.length(), 0x00);
        put(POWER_ON + 10, 0xBA, 0x02, 0x04, 0xF3, 0x6E, 0xF4, 0xEB, 0xFD);
        for (int i = 0; i < TEXT.length(); i++) {
            put(MESSAGE + i, TEXT.charAt(i));
        }
        // push ax; mov al, 20h; out 20h, al; pop ax; iret
        put(END_FIRST, 0x50, 0xB0, 0x20, 0xE6, 0x20, 0x58, 0xCF);
        put(END_SECOND, 0x50, 0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0x58, 0xCF);
        put(RETURN, 0xCF);
        // jmp F000:POWER_ON
        put(RESET_VECTOR, 0xEA, POWER_ON & 0xFF, POWER_ON >>> 8, SEGMENT & 0xFF, SEGMENT >>> 8);
        for (int i = 0; i < 8; i++) {
            put(DATE + i, "11/23/26".charAt(i));
        }
        put(MODEL, PC_AT);
    }

    private void put(int offset, int... octets) {
        for (int i = 0; i < octets.length; i++) {
            content.set(offset + i, octets[i], 1);
        }
    }

    /**
     * Reserves room for a table.
     *
     * @return its physical address, a multiple of 16
     */
    int reserve(int size) {
        int at = next;
        if (at + size > TABLES_END) {
            throw new IllegalStateException("no room for %d bytes in the BIOS segment".formatted(size));
        }
        next = at + size + 15 & ~15;
        return MemoryLayout.BIOS_SEGMENT + at;
    }

    /** Puts a table where {@link #reserve} said. */
    void write(int address, byte[] table) {
        for (int i = 0; i < table.length; i++) {
            content.set(address - MemoryLayout.BIOS_SEGMENT + i, table[i], 1);
        }
    }

    byte[] toBytes() {
        return content.toBytes();
    }
}
