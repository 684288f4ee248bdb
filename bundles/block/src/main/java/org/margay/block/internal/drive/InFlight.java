package org.margay.block.internal.drive;

/** Counts the workers of a drive, and waits for them. Any thread. */
final class InFlight {
    private int count;

    synchronized void enter() {
        count++;
    }

    synchronized void leave() {
        if (--count == 0) {
            notifyAll();
        }
    }

    /** Returns when none is at work. Whoever calls sees to it that none begins. */
    void awaitNone() {
        boolean interrupted = false;
        synchronized (this) {
            while (count > 0) {
                try {
                    wait();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
