package org.margay.cpu.internal.interp;

import org.margay.cpu.internal.Cpu;

/** Stands where code was overwritten while its block ran: leaves the block, so that the new bytes are decoded. */
final class StaleOp extends Op {
    /** Thrown instead of running; RIP is where to go on. */
    static final class Left extends RuntimeException {
        static final Left INSTANCE = new Left();

        private Left() {
            super(null, null, false, false);
        }
    }

    private final long rip;

    StaleOp(long rip) {
        this.rip = rip;
    }

    @Override
    public void execute(Cpu cpu) {
        cpu.rip = rip;
        throw Left.INSTANCE;
    }
}
