package org.margay.virtio.blk.internal;

import java.util.Optional;
import org.margay.block.drive.DriveOperation;
import org.margay.virtio.VirtqueueElement;

/**
 * A request that names a range instead of bringing data: a discard, or zeros to be written (virtio 1.2, 5.2.6).
 *
 * @param sector the first one, unsigned
 * @param sectors how many, unsigned
 */
record RangeRequest(long sector, long sectors, int flags) {
    /** In one request. */
    static final int MOST_RANGES = 1;

    /** Bytes of a range. */
    private static final int SIZE = 16;

    /** The range's room may be given up; of discards it is not said. */
    private static final int UNMAP = 1;

    /** Reads it; empty when the request has none, or more than one. */
    static Optional<RangeRequest> read(VirtqueueElement element) {
        if (element.readable() != RequestHeader.SIZE + SIZE) {
            return Optional.empty();
        }
        return Optional.of(new RangeRequest(
                element.readNumber(RequestHeader.SIZE, 8), element.readNumber(RequestHeader.SIZE + 8, 4), (int)
                        element.readNumber(RequestHeader.SIZE + 12, 4)));
    }

    /** Whether it asks for nothing that nobody knows. */
    boolean known(boolean zeroes) {
        return (flags & ~(zeroes ? UNMAP : 0)) == 0;
    }

    DriveOperation operation(boolean zeroes) {
        long offset = sector * Sector.SIZE;
        long length = sectors * Sector.SIZE;
        return zeroes
                ? new DriveOperation.WriteZeroes(offset, length, (flags & UNMAP) != 0)
                : new DriveOperation.Discard(offset, length);
    }
}
