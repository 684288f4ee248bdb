package org.margay.block.internal.drive;

import org.margay.block.drive.DriveOperation;

/** What a drive has done for its device. Under the machine lock. */
public final class Accounting {
    private long readBytes;
    private long writtenBytes;
    private long reads;
    private long writes;
    private long flushes;
    private long readNanos;
    private long writeNanos;
    private long flushNanos;
    private long highestOffset;

    /**
     * What was counted.
     *
     * @param readNanos from submission to completion, summed up
     * @param highestOffset where the last byte ever written ends
     */
    public record Counts(
            long readBytes,
            long writtenBytes,
            long reads,
            long writes,
            long flushes,
            long readNanos,
            long writeNanos,
            long flushNanos,
            long highestOffset) {}

    /** An operation that went well. */
    void add(DriveOperation operation, long nanos) {
        switch (operation) {
            case DriveOperation.Read read -> {
                reads++;
                readBytes += read.target().size();
                readNanos += nanos;
            }
            case DriveOperation.Write write ->
                wrote(write.offset(), write.source().size(), nanos);
            case DriveOperation.WriteZeroes zeroes -> wrote(zeroes.offset(), zeroes.length(), nanos);
            case DriveOperation.Flush _ -> {
                flushes++;
                flushNanos += nanos;
            }
            case DriveOperation.Discard _ -> {}
        }
    }

    private void wrote(long offset, long length, long nanos) {
        writes++;
        writtenBytes += length;
        writeNanos += nanos;
        highestOffset = Math.max(highestOffset, offset + length);
    }

    public Counts counts() {
        return new Counts(
                readBytes, writtenBytes, reads, writes, flushes, readNanos, writeNanos, flushNanos, highestOffset);
    }
}
