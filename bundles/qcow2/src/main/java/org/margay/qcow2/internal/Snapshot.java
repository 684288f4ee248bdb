package org.margay.qcow2.internal;

import java.time.Duration;
import java.time.Instant;
import org.margay.block.SnapshotDetails;

/**
 * An entry of the description's "snapshot table".
 *
 * @param l1Offset of its copy of the L1 table
 * @param l1Size entries of that
 * @param id a number, as text
 * @param extra what follows the fields that we know in its extra data
 * @param diskSize what the guest saw, in bytes
 * @param vmStateBytes that lie in the image behind the guest's end
 */
@SuppressWarnings("ArrayRecordComponent")
record Snapshot(
        long l1Offset,
        int l1Size,
        String id,
        String name,
        int seconds,
        int nanos,
        long vmClockNanos,
        long vmStateBytes,
        long diskSize,
        byte[] extra) {
    SnapshotDetails details() {
        return new SnapshotDetails(
                id,
                name,
                vmStateBytes,
                Instant.ofEpochSecond(Integer.toUnsignedLong(seconds), Integer.toUnsignedLong(nanos) % 1_000_000_000),
                Duration.ofNanos(Math.max(0, vmClockNanos)));
    }
}
