package org.margay.cpu.internal;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Notices a guest that waits in a loop around PAUSE, and has the host's processor do something else meanwhile. Waits grow with the
 * time that was waited already, so that a lock is taken late by about as much as it was waited for; a request ends them at once. A loop
 * that reads the time stamp counter or a port is a delay, and left alone. On the vCPU's thread, except {@link #wake}.
 */
public final class SpinWait {
    /** Loops with more instructions between two PAUSEs do something else than wait. */
    private static final long LOOP = 64;

    /** Turns before the first sleep, some 30 microseconds: other processors let most locks go sooner. */
    private static final int PATIENCE = 2000;

    /** Nanoseconds of the first sleep and of the longest. */
    private static final long FIRST = 20_000, LONGEST = 1_000_000;

    private final Cpu cpu;
    private int turns;
    private long last;
    private long sleep;
    private volatile @Nullable Thread sleeper;

    SpinWait(Cpu cpu) {
        this.cpu = cpu;
    }

    /** PAUSE was executed. */
    public void pause() {
        long now = cpu.instructions;
        if (now - last > LOOP || now < last) {
            reset();
        }
        last = now;
        if (++turns > PATIENCE && !cpu.counted) {
            sleep = Math.clamp(2 * sleep, FIRST, LONGEST);
            sleep(sleep);
        }
    }

    /** The guest does something else. */
    public void reset() {
        turns = 0;
        sleep = 0;
    }

    private void sleep(long nanos) {
        sleeper = Thread.currentThread();
        try {
            // Whoever makes a request from here on sees who sleeps.
            if (!cpu.mustLook()) {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            sleeper = null;
        }
    }

    /** There is a request. Any thread. */
    void wake() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
