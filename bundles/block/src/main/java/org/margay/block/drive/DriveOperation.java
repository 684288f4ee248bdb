package org.margay.block.drive;

import org.margay.memory.IoVector;

/** What a device wants done with its medium. Offsets and lengths in bytes, multiples of 512; ranges need not be checked by devices. */
public sealed interface DriveOperation {
    /** Reads; the device says afterwards that guest memory was written. */
    record Read(long offset, IoVector target) implements DriveOperation {}

    /** Writes; the memory is not to change meanwhile. */
    record Write(long offset, IoVector source) implements DriveOperation {}

    /** Writes zeros; with mayUnmap the room on the host may be given up. */
    record WriteZeroes(long offset, long length, boolean mayUnmap) implements DriveOperation {}

    /** Says that the content is not needed any more. */
    record Discard(long offset, long length) implements DriveOperation {}

    /** Makes all writes stable that were completed before it was submitted. */
    record Flush() implements DriveOperation {}
}
