package org.margay.img.internal.copy;

/** Lets threads through in the order of their numbers. Any thread. */
final class Turns {
    private long next;
    private boolean broken;

    /**
     * Waits until all lower numbers have {@link #pass passed}.
     *
     * @return false when somebody failed: nothing comes of it any more
     */
    synchronized boolean await(long number) throws InterruptedException {
        while (next != number && !broken) {
            wait();
        }
        return !broken;
    }

    synchronized void pass() {
        next++;
        notifyAll();
    }

    /** Somebody failed: nobody waits any longer. */
    synchronized void abandon() {
        broken = true;
        notifyAll();
    }

    synchronized boolean abandoned() {
        return broken;
    }
}
