package org.margay.ide.internal;

/**
 * The registers of the command block that a host fills in before it writes a command (ATA/ATAPI-6, clause 7). Those of 48-bit commands
 * are two bytes deep: a write moves the byte that was there before to the previous one.
 */
final class TaskFile {
    /** Status: an error is told in the error register. */
    static final int ERROR = 0x01;

    /** Status: data can be moved. */
    static final int DATA_REQUEST = 0x08;

    /** Status: the heads are where they should be. */
    static final int SEEK_COMPLETE = 0x10;

    /** Status: the device takes commands. */
    static final int READY = 0x40;

    /** Status: the device has the registers for itself. */
    static final int BUSY = 0x80;

    /** Error: the command was not carried out. */
    static final int ABORTED = 0x04;

    /** Error: no such sector. */
    static final int ID_NOT_FOUND = 0x10;

    /** Error: the sector can't be read. */
    static final int UNCORRECTABLE = 0x40;

    /** Device register: addresses are LBAs. */
    static final int LBA = 0x40;

    /** Device register: device 1. */
    static final int DEVICE_1 = 0x10;

    int features;
    int count;
    int low;
    int mid;
    int high;
    int device;
    int status;
    int error;
    int previousFeatures;
    int previousCount;
    int previousLow;
    int previousMid;
    int previousHigh;

    /**
     * Content of the registers.
     *
     * @param status without BUSY and DATA_REQUEST
     */
    record State(
            int features,
            int count,
            int low,
            int mid,
            int high,
            int device,
            int status,
            int error,
            int previousFeatures,
            int previousCount,
            int previousLow,
            int previousMid,
            int previousHigh) {
        State {
            int all = features | count | low | mid | high | device | status | error;
            if (((all | previousFeatures | previousCount | previousLow | previousMid | previousHigh) & ~0xFF) != 0
                    || (status & (BUSY | DATA_REQUEST)) != 0) {
                throw new IllegalArgumentException("ATA registers");
            }
        }
    }

    /**
     * The host's write.
     *
     * @param register 1 features to 6 device
     */
    void write(int register, int value) {
        switch (register) {
            case 1 -> {
                previousFeatures = features;
                features = value;
            }
            case 2 -> {
                previousCount = count;
                count = value;
            }
            case 3 -> {
                previousLow = low;
                low = value;
            }
            case 4 -> {
                previousMid = mid;
                mid = value;
            }
            case 5 -> {
                previousHigh = high;
                high = value;
            }
            default -> device = value;
        }
    }

    /**
     * The host's read.
     *
     * @param register 1 error to 6 device
     * @param previous whether the high order bit of device control is set
     */
    int read(int register, boolean previous) {
        return switch (register) {
            case 1 -> error;
            case 2 -> previous ? previousCount : count;
            case 3 -> previous ? previousLow : low;
            case 4 -> previous ? previousMid : mid;
            case 5 -> previous ? previousHigh : high;
            default -> device | 0xA0;
        };
    }

    /** What a device shows after a reset, by which hosts tell kinds of devices apart (clause 9.12). */
    void signature(boolean packet) {
        count = 1;
        low = 1;
        mid = packet ? 0x14 : 0;
        high = packet ? 0xEB : 0;
        previousCount = 0;
        previousLow = 0;
        previousMid = 0;
        previousHigh = 0;
        device &= DEVICE_1;
    }

    State save() {
        return new State(
                features,
                count,
                low,
                mid,
                high,
                device,
                status,
                error,
                previousFeatures,
                previousCount,
                previousLow,
                previousMid,
                previousHigh);
    }

    void restore(State state) {
        features = state.features;
        count = state.count;
        low = state.low;
        mid = state.mid;
        high = state.high;
        device = state.device;
        status = state.status;
        error = state.error;
        previousFeatures = state.previousFeatures;
        previousCount = state.previousCount;
        previousLow = state.previousLow;
        previousMid = state.previousMid;
        previousHigh = state.previousHigh;
    }
}
