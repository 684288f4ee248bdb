package org.margay.floppy.internal;

/**
 * Commands of the 82077AA (data sheet, order 290166, table 5-1) that the board's controller has: all but SCAN.
 *
 * <p>In the first byte of those that move data bit 7 goes on at the other side (MT), bit 6 chooses the encoding (MFM), bit 5 skips
 * sectors (SK).
 */
enum FdcCommand {
    READ_TRACK(0x02, 0x1F, 9),
    SPECIFY(0x03, 0xFF, 3),
    SENSE_DRIVE_STATUS(0x04, 0xFF, 2),
    WRITE_DATA(0x05, 0x1F, 9),
    READ_DATA(0x06, 0x1F, 9),
    RECALIBRATE(0x07, 0xFF, 2),
    SENSE_INTERRUPT_STATUS(0x08, 0xFF, 1),
    WRITE_DELETED_DATA(0x09, 0x1F, 9),
    READ_ID(0x0A, 0xBF, 2),
    READ_DELETED_DATA(0x0C, 0x1F, 9),
    FORMAT_TRACK(0x0D, 0xBF, 6),
    DUMPREG(0x0E, 0xFF, 1),
    SEEK(0x0F, 0xFF, 3),
    VERSION(0x10, 0xFF, 1),
    PERPENDICULAR_MODE(0x12, 0xFF, 2),
    CONFIGURE(0x13, 0xFF, 4),
    LOCK(0x14, 0x7F, 1),
    VERIFY(0x16, 0x1F, 9),
    RELATIVE_SEEK(0x8F, 0xBF, 3),
    /** PART ID among them, which only later chips know. */
    INVALID(0, 0, 1);

    private final int code;
    private final int mask;
    private final int length;

    FdcCommand(int code, int mask, int length) {
        this.code = code;
        this.mask = mask;
        this.length = length;
    }

    /** Bytes with the first one. */
    int length() {
        return length;
    }

    static FdcCommand of(int first) {
        for (FdcCommand command : values()) {
            if ((first & command.mask) == command.code) {
                return command;
            }
        }
        return INVALID;
    }
}
