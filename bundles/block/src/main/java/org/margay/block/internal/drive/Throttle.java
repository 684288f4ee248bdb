package org.margay.block.internal.drive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * Lets operations begin as {@link Limits} allow: reads and writes wait in a line each, so that neither is held up by the other's
 * limit. Time is the guest's: a stopped guest saves up nothing. Under the machine lock.
 */
final class Throttle {
    private final Clock clock;
    private final Consumer<Pending> begin;
    private final Line reads;
    private final Line writes;
    private Limits limits = Limits.NONE;

    /** @param begin told of each operation when its time has come, sometimes at once */
    Throttle(Clock clock, Consumer<Pending> begin) {
        this.clock = clock;
        this.begin = begin;
        this.reads = new Line();
        this.writes = new Line();
    }

    Limits limits() {
        return limits;
    }

    /** What waits is judged anew. */
    void setLimits(Limits change) {
        limits = change;
        long now = clock.nanos();
        List<TokenBucket> bytes = buckets(now, change.bytes());
        List<TokenBucket> operations = buckets(now, change.operations());
        reads.set(now, bytes, operations, change.bytesRead(), change.reads());
        writes.set(now, bytes, operations, change.bytesWritten(), change.writes());
        reads.move();
        writes.move();
    }

    private static List<TokenBucket> buckets(long now, Limits.Limit limit) {
        // Era servers took negative numbers for limits that nothing can keep: as if there were none.
        return limit.average() <= 0 ? List.of() : List.of(new TokenBucket(limit, now));
    }

    void submit(Pending pending) {
        if (limits.equals(Limits.NONE) || pending.cost() == 0) {
            begin.accept(pending);
        } else {
            (pending.isRead() ? reads : writes).add(pending);
        }
    }

    /** Forgets what waits. */
    void clear() {
        reads.clear();
        writes.clear();
    }

    /** One direction. */
    private final class Line {
        private final Deque<Pending> waiting = new ArrayDeque<>();
        private final Timer timer = clock.timer(this::move);
        private List<TokenBucket> bytes = List.of();
        private List<TokenBucket> operations = List.of();
        private boolean moving;

        void set(
                long now,
                List<TokenBucket> allBytes,
                List<TokenBucket> allOperations,
                Limits.Limit ownBytes,
                Limits.Limit ownOperations) {
            bytes = joined(allBytes, buckets(now, ownBytes));
            operations = joined(allOperations, buckets(now, ownOperations));
        }

        private static List<TokenBucket> joined(List<TokenBucket> some, List<TokenBucket> others) {
            List<TokenBucket> all = new ArrayList<>(some);
            all.addAll(others);
            return all;
        }

        void add(Pending pending) {
            waiting.add(pending);
            if (waiting.size() == 1) {
                move();
            }
        }

        /** Lets as many begin as may. */
        void move() {
            if (moving) {
                return;
            }
            moving = true;
            try {
                while (!waiting.isEmpty()) {
                    long now = clock.nanos();
                    long delay = Math.max(delay(bytes, now), delay(operations, now));
                    if (delay > 0) {
                        timer.arm(now + delay);
                        return;
                    }
                    Pending next = waiting.remove();
                    take(next.cost());
                    begin.accept(next);
                }
                timer.disarm();
            } finally {
                moving = false;
            }
        }

        private void take(long cost) {
            bytes.forEach(bucket -> bucket.take((double) cost));
            double counted = limits.operationSize() > 0 ? Math.max(1.0, (double) cost / limits.operationSize()) : 1;
            operations.forEach(bucket -> bucket.take(counted));
        }

        void clear() {
            waiting.clear();
            timer.disarm();
        }
    }

    private static long delay(List<TokenBucket> buckets, long now) {
        long longest = 0;
        for (TokenBucket bucket : buckets) {
            longest = Math.max(longest, bucket.delay(now));
        }
        return longest;
    }
}
