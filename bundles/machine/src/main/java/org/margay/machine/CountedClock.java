package org.margay.machine;

import java.util.function.BooleanSupplier;

/**
 * A virtual clock that goes with executed instructions (-icount). While a vCPU executes, its thread fires the timers, at the very
 * instruction that they are due at; while all sleep, the machine loop does.
 */
public interface CountedClock extends Clock {
    /** Instructions that may be executed before {@link #catchUp} has to be called; 0 when it has to be now. On the vCPU's thread. */
    long budget();

    /**
     * Fires timers that are due and runs tasks that wait, in the machine loop's place, between two instructions. On the vCPU's thread,
     * without the machine lock.
     *
     * @param giveUp asked while others have the loop's turn; true when they wait for this vCPU to leave guest code
     * @return false when it was given up: to be called again before the next instruction
     */
    boolean catchUp(BooleanSupplier giveUp);

    /** Who is told when {@link #budget} may have become less, or a task waits; on the thread that brought that about. */
    void onChange(Runnable listener);

    /** A vCPU has nothing to execute, or has again; see {@link VirtualCpu#asleep()}. Under the machine lock. */
    void sleepersChanged();
}
