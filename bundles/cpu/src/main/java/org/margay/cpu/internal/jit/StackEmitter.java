package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of instructions on the guest's stack. */
final class StackEmitter extends IntegerOperands {
    StackEmitter(CodeWriter writer) {
        super(writer);
    }

    private void cutStack(Insn insn) {
        if (!insn.longMode) {
            cb.loadConstant(0xFFFF_FFFFL).land();
        }
    }

    void push(Insn insn) {
        int size = insn.operandSize;
        if (Traits.place(insn, 0) == Place.I) {
            cb.loadConstant(insn.immediate);
        } else {
            pushSource(insn, size);
        }
        cb.lstore(T0);
        pushLocal(insn, size);
    }

    /** Pushes T0 on the guest's stack. */
    void pushLocal(Insn insn, int size) {
        w.pushRegister(Cpu.RSP);
        cb.loadConstant((long) size).lsub();
        cutStack(insn);
        cb.lstore(T1);
        w.memory.storeBelowStack(insn, size, T1, T0);
        cb.lload(T1);
        setStackPointer();
    }

    private void setStackPointer() {
        cb.lstore(w.slot(Cpu.RSP));
    }

    void pop(Insn insn) {
        w.memory.pushTopOfStack(insn, insn.operandSize);
        moveOn(insn, Cpu.RSP, insn.rm);
    }

    void leave(Insn insn) {
        w.memory.pushTlb();
        w.pushRegister(Cpu.RBP);
        w.memory.load(insn.operandSize);
        moveOn(insn, Cpu.RBP, Cpu.RBP);
    }

    /** What was read where a register points goes to another, and the stack pointer behind it. */
    private void moveOn(Insn insn, int from, int to) {
        int size = insn.operandSize;
        cb.lstore(T0);
        w.pushRegister(from);
        cb.loadConstant((long) size).ladd();
        cutStack(insn);
        setStackPointer();
        cb.lload(T0);
        w.popRegister(insn, to, size);
    }
}
