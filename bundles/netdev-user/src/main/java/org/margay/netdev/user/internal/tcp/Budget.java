package org.margay.netdev.user.internal.tcp;

/** Memory that connections share for buffers beyond the small ones that each may have in any case. */
final class Budget {
    private long left;

    Budget(long bytes) {
        left = bytes;
    }

    boolean take(int bytes) {
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }

    void giveBack(int bytes) {
        left += bytes;
    }
}
