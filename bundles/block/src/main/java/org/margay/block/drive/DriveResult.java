package org.margay.block.drive;

/** How an operation ended, for the device to tell the guest. */
public enum DriveResult {
    DONE,
    /** The host could not. */
    IO_ERROR,
    /** The host has no room. */
    NO_SPACE,
    NO_MEDIUM,
    /** A write to what can't be written. */
    READ_ONLY,
    /** Past the end of the medium, or not in whole sectors. */
    OUT_OF_RANGE;

    public boolean isError() {
        return this != DONE;
    }
}
