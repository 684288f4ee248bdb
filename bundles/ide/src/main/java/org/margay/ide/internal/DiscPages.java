package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;

/**
 * What can be said of a disc: one session with one track of data, on a CD or, when it would not fit there, on a DVD.
 *
 * @param sectors of 2048 bytes
 */
record DiscPages(long sectors) {
    /** Bytes of user data in a sector. */
    static final int SECTOR = 2048;

    /** Of 80 minutes, the longest CD. */
    private static final long CD_SECTORS = 80 * 60 * 75;

    /** Frames before address 0. */
    private static final int PREGAP = 150;

    private static final int DATA_TRACK = 0x14;
    private static final int LEAD_OUT = 0xAA;
    private static final int DVD_PHYSICAL = 0x00;
    private static final int DVD_COPYRIGHT = 0x01;
    private static final int DVD_DISC_KEY = 0x03;
    private static final int DVD_MANUFACTURER = 0x04;
    private static final int DVD_LIST = 0xFF;

    boolean dvd() {
        return sectors > CD_SECTORS;
    }

    /** READ CAPACITY (MMC-5, clause 6.26): last address, size of a sector. */
    byte[] capacity() {
        return new Reply().u32((int) (sectors - 1)).u32(SECTOR).toBytes();
    }

    /**
     * READ TOC/PMA/ATIP (clause 6.30).
     *
     * @param format 0 tracks, 1 sessions, 2 all entries of the lead-in
     * @param from first track
     * @param msf whether addresses are minutes, seconds and frames
     * @return null for what there is not
     */
    byte @Nullable [] contents(int format, int from, boolean msf) {
        Reply reply = new Reply().u16(0).u8s(1, 1);
        switch (format) {
            case 0 -> {
                if (from > 1 && from != LEAD_OUT) {
                    return null;
                }
                if (from <= 1) {
                    reply.u8s(0, DATA_TRACK, 1, 0).u32(address(0, msf));
                }
                reply.u8s(0, DATA_TRACK, LEAD_OUT, 0).u32(address(sectors, msf));
            }
            case 1 -> reply.u8s(0, DATA_TRACK, 1, 0).u32(address(0, msf));
            case 2 -> {
                if (from > 1) {
                    return null;
                }
                entry(reply, 0xA0, 1 << 24);
                entry(reply, 0xA1, 1 << 24);
                entry(reply, 0xA2, address(sectors, true) << 8);
                entry(reply, 1, address(0, true) << 8);
            }
            default -> {
                return null;
            }
        }
        return reply.withLength(2);
    }

    /** An entry of the lead-in: session, control, track 0, point, time of no meaning here, and three bytes. */
    private static void entry(Reply reply, int point, int threeBytes) {
        reply.u8s(1, DATA_TRACK, 0, point, 0, 0, 0, 0).u8s(threeBytes >>> 24, threeBytes >>> 16, threeBytes >>> 8);
    }

    private static int address(long sector, boolean msf) {
        return msf ? minutesSecondsFrames(sector) : (int) sector;
    }

    /** Minute, second and frame of a sector in the low three bytes. */
    static int minutesSecondsFrames(long sector) {
        long frames = sector + PREGAP;
        return (int) (frames / (60 * 75) % 100 << 16 | frames / 75 % 60 << 8 | frames % 75);
    }

    /** The sector of a minute, second and frame in three bytes; less than 0 before the first one. */
    static long sector(int msf) {
        return ((msf >>> 16 & 0xFF) * 60L + (msf >>> 8 & 0xFF)) * 75 + (msf & 0xFF) - PREGAP;
    }

    /** READ DISC INFORMATION (clause 6.27): complete, not rewritable. */
    static byte[] information() {
        return new Reply()
                .u16(0)
                .u8s(0x0E, 1, 1, 1, 1, 0x20, 0)
                .zeros(3)
                .zeros(4)
                .u32(-1)
                .u32(-1)
                .zeros(8)
                .u8s(0, 0)
                .withLength(2);
    }

    /**
     * READ DVD STRUCTURE (clause 6.28).
     *
     * @return null for what there is not
     */
    byte @Nullable [] dvdStructure(int format) {
        Reply reply = new Reply().u16(0).u16(0);
        switch (format) {
            case DVD_PHYSICAL ->
                // DVD-ROM of part version 1, 120 mm, one layer, which begins at sector 30000h as all do.
                reply.u8s(0x01, 0x0F, 0x01, 0x00)
                        .u32(0x30000)
                        .u32((int) (0x30000 + sectors - 1))
                        .u32(0)
                        .u8(0)
                        .zeros(SECTOR - 17);
            case DVD_COPYRIGHT -> reply.u8s(0, 0, 0, 0);
            case DVD_MANUFACTURER -> reply.zeros(SECTOR);
            case DVD_LIST -> {
                for (int each : new int[] {DVD_PHYSICAL, DVD_COPYRIGHT, DVD_MANUFACTURER}) {
                    int length = each == DVD_COPYRIGHT ? 8 : SECTOR + 4;
                    reply.u8s(each, 0x40).u16(length);
                }
            }
            case DVD_DISC_KEY -> {
                return null;
            }
            default -> {
                return null;
            }
        }
        return reply.withLength(2);
    }
}
