package org.margay.qcow2.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Guest clusters whose place is being changed. Of several writers of one cluster that has no place yet, the first finds it one and
 * the others wait, then write into it. A request holds one range at a time, so nobody waits in a circle.
 */
final class ClusterRanges {
    /** A range that is held. */
    record Held(long first, long last) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final List<Held> all = new ArrayList<>();

    /** Waits until nobody holds any cluster of a range, then holds it. */
    Held acquire(long first, long last) {
        Held wanted = new Held(first, last);
        lock.lock();
        try {
            while (overlaps(wanted)) {
                released.awaitUninterruptibly();
            }
            all.add(wanted);
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private boolean overlaps(Held wanted) {
        for (Held held : all) {
            if (held.first <= wanted.last && wanted.first <= held.last) {
                return true;
            }
        }
        return false;
    }

    void release(Held held) {
        lock.lock();
        try {
            all.remove(held);
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
