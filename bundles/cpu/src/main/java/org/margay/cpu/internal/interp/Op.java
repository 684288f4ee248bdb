package org.margay.cpu.internal.interp;

import org.margay.cpu.internal.Cpu;

/** One instruction ready to run, its operands in its fields. */
public abstract class Op {
    /**
     * Runs it. RIP is not up to date unless the operation sets it; a {@link org.margay.cpu.internal.GuestFault} must leave
     * everything that software sees unchanged.
     */
    public abstract void execute(Cpu cpu);

    /** Whether RIP is right after {@link #execute}: at the next instruction or at the target. */
    public boolean setsRip() {
        return false;
    }

    /** Whether its memory operand is in the stack segment, so that an address which is not canonical is #SS. */
    boolean usesStackSegment() {
        return false;
    }
}
