package org.margay.block.internal.drive;

/**
 * A leaky bucket: what is done pours in, the limit's average leaks out, and while it is fuller than allowed nothing more may begin. An
 * operation greater than the bucket passes when the bucket is not full, and is paid for afterwards: so each size gets through and
 * the average holds.
 */
final class TokenBucket {
    private static final double NANOS = 1e9;

    /** Seconds' worth that may come at once when no burst is set: short beside what anybody measures, long beside a timer's grain. */
    private static final double SLACK = 0.1;

    private final double rate;
    private final double size;
    /** Of the second bucket, which limits how fast a burst may be; 0: there is none. */
    private final double burstRate;

    private final double burstSize;
    private double level;
    private double burstLevel;
    private long then;

    /** @param now nanoseconds */
    TokenBucket(Limits.Limit limit, long now) {
        this.rate = limit.average();
        this.size = limit.burst() == 0 ? rate * SLACK : (double) limit.burst() * limit.burstSeconds();
        this.burstRate = limit.burst();
        this.burstSize = burstRate * SLACK;
        this.then = now;
    }

    /** Nanoseconds until something may begin; 0: at once. */
    long delay(long now) {
        leak(now);
        double main = Math.max(0, (level - size) / rate);
        double burst = burstRate == 0 ? 0 : Math.max(0, (burstLevel - burstSize) / burstRate);
        return (long) Math.ceil(Math.max(main, burst) * NANOS);
    }

    /** Something begins. */
    void take(double amount) {
        level += amount;
        burstLevel += amount;
    }

    private void leak(long now) {
        double seconds = Math.max(0, now - then) / NANOS;
        level = Math.max(0, level - seconds * rate);
        burstLevel = Math.max(0, burstLevel - seconds * burstRate);
        then = now;
    }
}
