package org.margay.ide.internal;

/** Addresses of sectors in the registers: 28 bits, 48 bits, or cylinder, head and sector (ATA/ATAPI-6, clause 6.2). */
final class SectorAddress {
    /** Sectors that 28 bits reach. */
    static final long LBA28_SECTORS = 1L << 28;

    private SectorAddress() {}

    /**
     * The sector that the registers address.
     *
     * @param wide of a command with 48-bit addresses
     * @return -1 when there can be none
     */
    static long get(TaskFile registers, boolean wide, DiskModes modes) {
        long low = registers.low | registers.mid << 8 | registers.high << 16;
        if (wide) {
            long high = registers.previousLow | registers.previousMid << 8 | registers.previousHigh << 16;
            return high << 24 | low;
        }
        if ((registers.device & TaskFile.LBA) != 0) {
            return (registers.device & 0xFL) << 24 | low;
        }
        int cylinder = registers.high << 8 | registers.mid;
        int head = registers.device & 0xF;
        if (registers.low == 0 || registers.low > modes.sectors || head >= modes.heads) {
            return -1;
        }
        return ((long) cylinder * modes.heads + head) * modes.sectors + registers.low - 1;
    }

    /** Puts a sector's address into the registers, in the form of the command. */
    static void set(TaskFile registers, long sector, boolean wide, DiskModes modes) {
        if (wide || (registers.device & TaskFile.LBA) != 0) {
            registers.low = (int) sector & 0xFF;
            registers.mid = (int) (sector >>> 8) & 0xFF;
            registers.high = (int) (sector >>> 16) & 0xFF;
            int top = (int) (sector >>> 24);
            if (wide) {
                registers.previousLow = top & 0xFF;
                registers.previousMid = top >>> 8 & 0xFF;
                registers.previousHigh = top >>> 16 & 0xFF;
            } else {
                registers.device = registers.device & 0xF0 | top & 0xF;
            }
            return;
        }
        long track = sector / modes.sectors;
        long cylinder = track / modes.heads;
        registers.low = (int) (sector % modes.sectors) + 1;
        registers.mid = (int) cylinder & 0xFF;
        registers.high = (int) (cylinder >>> 8) & 0xFF;
        registers.device = registers.device & 0xF0 | (int) (track % modes.heads);
    }

    /** How many sectors the registers ask for; zero stands for the most. */
    static int count(TaskFile registers, boolean wide) {
        if (wide) {
            int count = registers.previousCount << 8 | registers.count;
            return count == 0 ? 0x1_0000 : count;
        }
        return registers.count == 0 ? 256 : registers.count;
    }
}
