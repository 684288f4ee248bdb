package org.margay.block.internal.drive;

/**
 * What a drive may do in a second of the guest's time; 0: as much as it likes.
 *
 * @param bytes read and written
 * @param bytesRead read
 * @param bytesWritten written
 * @param operations of both kinds
 * @param reads read operations
 * @param writes write operations
 * @param operationSize bytes that count as one operation; 0: each operation is one
 */
public record Limits(
        Limit bytes,
        Limit bytesRead,
        Limit bytesWritten,
        Limit operations,
        Limit reads,
        Limit writes,
        long operationSize) {
    public static final Limits NONE =
            new Limits(Limit.NONE, Limit.NONE, Limit.NONE, Limit.NONE, Limit.NONE, Limit.NONE, 0);

    /** Without bursts. */
    public static Limits of(long bytes, long bytesRead, long bytesWritten, long operations, long reads, long writes) {
        return new Limits(
                Limit.of(bytes),
                Limit.of(bytesRead),
                Limit.of(bytesWritten),
                Limit.of(operations),
                Limit.of(reads),
                Limit.of(writes),
                0);
    }

    /** Whether a total and one of its parts are limited: that is refused. */
    public boolean conflicting() {
        return conflict(bytes, bytesRead, bytesWritten) || conflict(operations, reads, writes);
    }

    private static boolean conflict(Limit total, Limit read, Limit written) {
        boolean average = total.average() != 0 && (read.average() != 0 || written.average() != 0);
        boolean burst = total.burst() != 0 && (read.burst() != 0 || written.burst() != 0);
        return average || burst;
    }

    /** Whether there is a burst without its average. */
    public boolean burstWithoutAverage() {
        return bytes.burstAlone()
                || bytesRead.burstAlone()
                || bytesWritten.burstAlone()
                || operations.burstAlone()
                || reads.burstAlone()
                || writes.burstAlone();
    }

    /**
     * One limit.
     *
     * @param average units a second in the long run
     * @param burst units a second while a burst lasts; 0: a tenth of a second's worth may come at once
     * @param burstSeconds how long a burst may last
     */
    public record Limit(long average, long burst, long burstSeconds) {
        public static final Limit NONE = new Limit(0, 0, 1);

        public Limit {
            if (burstSeconds < 1) {
                throw new IllegalArgumentException(
                        "bps_max_length/iops_max_length value must be in the range [1, 2^32)");
            }
        }

        public static Limit of(long average) {
            return average == 0 ? NONE : new Limit(average, 0, 1);
        }

        private boolean burstAlone() {
            return burst != 0 && average == 0;
        }
    }
}
