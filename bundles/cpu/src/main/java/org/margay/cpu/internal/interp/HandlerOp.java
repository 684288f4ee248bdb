package org.margay.cpu.internal.interp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;

/** Any instruction, by its row's handler. */
final class HandlerOp extends Op {
    private final Handler handler;
    private final Insn insn;
    private final long nextRip;

    HandlerOp(Handler handler, Insn insn, long nextRip) {
        this.handler = handler;
        this.insn = insn;
        this.nextRip = nextRip;
    }

    @Override
    public void execute(Cpu cpu) {
        cpu.rip = nextRip;
        handler.execute(cpu, insn);
    }

    @Override
    public boolean setsRip() {
        return true;
    }
}
