package org.margay.machine.internal;

/**
 * Keeps a guest from running for a moment without anybody being told: no event, no other run state; its clock stands. Published on the
 * machine. In the loop's turn.
 */
public interface GuestHold {
    /** Pauses the vCPUs, and waits until they have. */
    void hold();

    /** Takes one hold back; when it was the last, the guest goes on if it is to run. */
    void release();
}
