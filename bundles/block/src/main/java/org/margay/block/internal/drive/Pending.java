package org.margay.block.internal.drive;

import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;

/** An operation on its way through a drive. Under the machine lock, but for {@link #result}, which the worker sets before it hands it back. */
final class Pending {
    final DriveOperation operation;
    final Drive.Completion completion;

    /** When it was submitted, in nanoseconds of the real-time clock. */
    final long since;

    /** Its user does not want to hear of it any more. */
    boolean forgotten;

    DriveResult result = DriveResult.DONE;

    Pending(DriveOperation operation, Drive.Completion completion, long since) {
        this.operation = operation;
        this.completion = completion;
        this.since = since;
    }

    /** Whether it reads, as error policies and limits see it. */
    boolean isRead() {
        return operation instanceof DriveOperation.Read;
    }

    /** Bytes that count for limits: of what only changes metadata none. */
    long cost() {
        return switch (operation) {
            case DriveOperation.Read read -> read.target().size();
            case DriveOperation.Write write -> write.source().size();
            case DriveOperation.WriteZeroes zeroes -> zeroes.length();
            case DriveOperation.Discard _, DriveOperation.Flush _ -> 0;
        };
    }
}
