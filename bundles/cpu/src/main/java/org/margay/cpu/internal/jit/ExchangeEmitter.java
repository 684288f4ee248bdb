package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;

import java.lang.classfile.Label;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of XCHG and the CMPXCHG family for a processor that has its memory for itself: LOCK makes no difference. */
final class ExchangeEmitter extends IntegerOperands {
    private static final int LOW = T2, HIGH = T3;

    ExchangeEmitter(CodeWriter writer) {
        super(writer);
    }

    void exchange(Insn insn) {
        boolean accumulator = Traits.place(insn, 0) == Place.ACC;
        if (accumulator && insn.rm == Cpu.RAX) {
            return; // NOP, which leaves the upper half alone
        }
        int size = Traits.size(insn, 0);
        int other = accumulator ? insn.rm : insn.reg;
        loadDestination(insn, size);
        w.pushRegister(insn, other, size);
        cb.lstore(T3);
        write(insn, size);
        cb.lload(T2);
        w.popRegister(insn, other, size);
    }

    /** A destination of 4 bytes is written, and so its upper half cleared, only when the comparison holds; so is RAX when it does not. */
    void compareAndExchange(Insn insn) {
        int size = Traits.size(insn, 0);
        loadDestination(insn, size);
        w.pushRegister(Cpu.RAX);
        cb.lstore(T0);
        if (!w.flagsDead) {
            compareFlags(size, () -> cb.lload(T0), () -> cb.lload(T2));
        }
        Label different = cb.newLabel();
        Label end = cb.newLabel();
        cb.lload(T0).lload(T2).lxor();
        zeroExtend(size);
        cb.loadConstant(0L).lcmp().ifne(different);
        w.pushRegister(insn, insn.reg, size);
        cb.lstore(T3);
        write(insn, size);
        cb.goto_(end).labelBinding(different).lload(T2);
        w.popRegister(insn, Cpu.RAX, size);
        cb.labelBinding(end);
    }

    /** ZF says whether RDX:RAX was there, the other flags stay. */
    void compareAndExchange16(Insn insn) {
        w.memory.pushAligned16(insn);
        cb.lstore(T1).lload(T1);
        w.memory.loadHost(8);
        cb.lstore(LOW).lload(T1).loadConstant(8L).ladd();
        w.memory.loadHost(8);
        cb.lstore(HIGH);
        cb.lload(LOW);
        w.pushRegister(Cpu.RAX);
        cb.lxor().lload(HIGH);
        w.pushRegister(Cpu.RDX);
        cb.lxor().lor().lstore(T0);
        Label different = cb.newLabel();
        Label end = cb.newLabel();
        cb.lload(T0).loadConstant(0L).lcmp().ifne(different);
        w.memory.storeHost(T1, 8, w.slot(Cpu.RBX));
        cb.lload(T1).loadConstant(8L).ladd().lstore(T1);
        w.memory.storeHost(T1, 8, w.slot(Cpu.RCX));
        cb.goto_(end).labelBinding(different).lload(LOW);
        w.popRegister(insn, Cpu.RAX, 8);
        cb.lload(HIGH);
        w.popRegister(insn, Cpu.RDX, 8);
        cb.labelBinding(end);
        zeroFlagOnTop(T0);
    }
}
