package org.margay.pc.internal;

import org.margay.pc.internal.time.Rtc;

/**
 * What a BIOS finds in the CMOS memory of this board: the places of a PC/AT (IBM Personal Computer AT Technical Reference, "CMOS
 * RAM addresses") and those beyond that SeaBIOS reads.
 */
final class CmosSetup {
    private static final int EQUIPMENT = 0x14;
    private static final int BASE_MEMORY = 0x15;
    private static final int EXTENDED_MEMORY = 0x17;
    private static final int EXTENDED_MEMORY_AGAIN = 0x30;
    private static final int MEMORY_ABOVE_16M = 0x34;
    private static final int BOOT_ORDER_3 = 0x38;
    private static final int BOOT_ORDER_1_2 = 0x3D;
    private static final int MEMORY_ABOVE_4G = 0x5B;
    private static final int OTHER_CPUS = 0x5F;

    /** Equipment: mathematics coprocessor, PS/2 mouse. */
    private static final int FPU_AND_MOUSE = 0x06;

    private CmosSetup() {}

    static void store(Rtc rtc, long lowRam, long highRam, int cpus) {
        rtc.setMemory(EQUIPMENT, FPU_AND_MOUSE);
        number(rtc, BASE_MEMORY, 640, 2);
        long extended = Math.clamp((lowRam >> 10) - 1024, 0L, 0xFFFFL);
        number(rtc, EXTENDED_MEMORY, extended, 2);
        number(rtc, EXTENDED_MEMORY_AGAIN, extended, 2);
        number(rtc, MEMORY_ABOVE_16M, Math.clamp((lowRam - (16 << 20)) >> 16, 0L, 0xFFFFL), 2);
        number(rtc, MEMORY_ABOVE_4G, highRam >> 16, 3);
        number(rtc, OTHER_CPUS, cpus - 1L, 1);
        // Hard disk (2), floppy (1), CD (3): what -boot changes.
        number(rtc, BOOT_ORDER_1_2, 0x12, 1);
        number(rtc, BOOT_ORDER_3, 0x30, 1);
    }

    private static void number(Rtc rtc, int address, long value, int size) {
        for (int i = 0; i < size; i++) {
            rtc.setMemory(address + i, (int) (value >> 8 * i) & 0xFF);
        }
    }
}
