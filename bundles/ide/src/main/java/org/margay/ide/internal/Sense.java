package org.margay.ide.internal;

/**
 * Why a packet command failed (SPC-3, clause 4.5; codes of MMC-5, annex F).
 *
 * @param key 0 to 15
 * @param code additional sense code
 * @param qualifier of that code
 */
record Sense(int key, int code, int qualifier) {
    static final Sense NONE = new Sense(0, 0, 0);
    static final Sense NO_MEDIUM_TRAY_CLOSED = new Sense(2, 0x3A, 0x01);
    static final Sense NO_MEDIUM_TRAY_OPEN = new Sense(2, 0x3A, 0x02);
    static final Sense UNRECOVERED_READ = new Sense(3, 0x11, 0x00);
    static final Sense LENGTH_ERROR = new Sense(5, 0x1A, 0x00);
    static final Sense INVALID_COMMAND = new Sense(5, 0x20, 0x00);
    static final Sense OUT_OF_RANGE = new Sense(5, 0x21, 0x00);
    static final Sense INVALID_FIELD = new Sense(5, 0x24, 0x00);
    static final Sense INVALID_PARAMETER = new Sense(5, 0x26, 0x00);
    static final Sense INCOMPATIBLE_MEDIUM = new Sense(5, 0x30, 0x00);
    static final Sense SAVING_NOT_SUPPORTED = new Sense(5, 0x39, 0x00);
    static final Sense REMOVAL_PREVENTED = new Sense(5, 0x53, 0x02);
    static final Sense MEDIUM_CHANGED = new Sense(6, 0x28, 0x00);

    private static final int SIZE = 18;
    private static final int CURRENT_ERRORS = 0x70;

    Sense {
        if ((key & ~0xF) != 0 || ((code | qualifier) & ~0xFF) != 0) {
            throw new IllegalArgumentException("sense");
        }
    }

    /** What REQUEST SENSE returns, in the fixed format. */
    byte[] page() {
        byte[] page = new byte[SIZE];
        page[0] = CURRENT_ERRORS;
        page[2] = (byte) key;
        page[7] = SIZE - 8;
        page[12] = (byte) code;
        page[13] = (byte) qualifier;
        return page;
    }
}
