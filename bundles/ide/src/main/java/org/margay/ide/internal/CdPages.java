package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;

/**
 * What a CD-ROM drive says of itself (MMC-5).
 *
 * @param disc in it, or null
 * @param trayOpen whether it is
 * @param locked whether the tray is
 */
record CdPages(@Nullable DiscPages disc, boolean trayOpen, boolean locked) {
    private static final int PROFILE_NONE = 0x0000;
    private static final int PROFILE_CD = 0x0008;
    private static final int PROFILE_DVD = 0x0010;
    private static final int TRAY = 1 << 5;
    private static final int CAN_EJECT = 1 << 3;
    private static final int CAN_LOCK = 1;
    private static final int PERSISTENT = 2;
    private static final int CURRENT = 1;
    /** Kilobytes a second: 4 times DVD speed. */
    private static final int SPEED = 5540;

    /** Clause 6.20 and SPC-3: a removable CD/DVD device, ATAPI. */
    static byte[] inquiry(String product, String revision) {
        return new Reply()
                .u8s(0x05, 0x80, 0x00, 0x21, 31, 0, 0, 0)
                .text("QEMU", 8)
                .text(product, 16)
                .text(revision, 4)
                .toBytes();
    }

    private int profile() {
        return disc == null ? PROFILE_NONE : disc.dvd() ? PROFILE_DVD : PROFILE_CD;
    }

    /**
     * GET CONFIGURATION (clause 6.6).
     *
     * @param requested 0 all features, 1 those that are current, 2 only the first
     * @param from number of the first feature
     * @return null for a request that there is not
     */
    byte @Nullable [] configuration(int requested, int from) {
        if (requested > 2) {
            return null;
        }
        Reply reply = new Reply().u32(0).u16(0).u16(profile());
        boolean cd = profile() == PROFILE_CD;
        boolean dvd = profile() == PROFILE_DVD;
        Reply profiles =
                new Reply().u16(PROFILE_DVD).u8s(dvd ? 1 : 0, 0).u16(PROFILE_CD).u8s(cd ? 1 : 0, 0);
        Selection selection = new Selection(reply, requested, from);
        selection.feature(0x0000, 0, true, true, profiles);
        selection.feature(0x0001, 1, true, true, new Reply().u32(2).u8s(0, 0, 0, 0));
        selection.feature(0x0003, 0, true, true, new Reply().u8s(TRAY | CAN_EJECT | CAN_LOCK, 0, 0, 0));
        selection.feature(
                0x0010,
                0,
                false,
                cd || dvd,
                new Reply().u32(DiscPages.SECTOR).u16(1).u16(0));
        selection.feature(0x001E, 0, false, cd, new Reply().u32(0));
        selection.feature(0x001F, 0, false, dvd, new Reply());
        return reply.withLength(4);
    }

    private record Selection(Reply reply, int requested, int from) {
        void feature(int number, int version, boolean persistent, boolean current, Reply data) {
            boolean wanted = requested == 2 ? number == from : number >= from;
            if (wanted && (requested != 1 || current)) {
                int flags = version << 2 | (persistent ? PERSISTENT : 0) | (current ? CURRENT : 0);
                reply.u16(number).u8s(flags, data.size()).append(data);
            }
        }
    }

    /**
     * GET EVENT STATUS NOTIFICATION (clause 6.7): of all classes only that of media.
     *
     * @param event code, 0 for none
     */
    byte[] event(int classes, int event) {
        int media = 1 << 4;
        if ((classes & media) == 0) {
            return new Reply().u16(0).u8s(0x80, media).toBytes();
        }
        return new Reply().u16(4).u8s(4, media).u8s(event, mediaStatus(), 0, 0).toBytes();
    }

    private int mediaStatus() {
        return (trayOpen ? 1 : 0) | (disc == null ? 0 : 2);
    }

    /** MECHANISM STATUS (clause 6.10): no changer. */
    byte[] mechanism() {
        return new Reply().u8s(0, trayOpen ? 0x10 : 0, 0, 0, 0, 0).u16(0).toBytes();
    }

    /**
     * MODE SENSE (clause 6.12 of MMC-5, 7.4 of SPC-3).
     *
     * @param page 1 error recovery, 2Ah capabilities, 3Fh both
     * @param changeable whether what can be changed is asked for
     * @param recovery both bytes of error recovery
     * @return null for a page that there is not
     */
    byte @Nullable [] modes(int page, boolean wide, boolean changeable, int recovery) {
        Reply pages = new Reply();
        if (page == 0x01 || page == 0x3F) {
            pages.u8s(0x01, 6).u16(changeable ? 0xFFFF : recovery).zeros(4);
        }
        if (page == 0x2A || page == 0x3F) {
            capabilities(pages, changeable);
        }
        if (pages.size() == 0) {
            return null;
        }
        Reply reply = new Reply();
        if (wide) {
            return reply.u16(0).u8s(mediumType(), 0, 0, 0).u16(0).append(pages).withLength(2);
        }
        return reply.u8(0).u8s(mediumType(), 0, 0).append(pages).withLength(1);
    }

    /** Of SFF-8020i: no disc, door open, or 120 mm data. */
    private int mediumType() {
        return trayOpen ? 0x71 : disc == null ? 0x70 : 0x01;
    }

    /** Reads CD-R, CD-RW and DVD-ROM, several sessions, mode 2; has a tray that can be locked. */
    private void capabilities(Reply pages, boolean changeable) {
        pages.u8s(0x2A, 18);
        if (changeable) {
            pages.zeros(18);
            return;
        }
        pages.u8s(0x0B, 0x00, 0x70, 0x00, TRAY | CAN_EJECT | CAN_LOCK | (locked ? 2 : 0), 0x00);
        pages.u16(SPEED).u16(0).u16(PioBuffer.CAPACITY >> 10).u16(SPEED).zeros(4);
    }
}
