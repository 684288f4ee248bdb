package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.INT;
import static org.margay.cpu.internal.jit.CodeWriter.LONG;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** What the emitters of SSE instructions share: registers, memory operands, and what is known of their values. */
abstract class SseOperands {
    static final ClassDesc MATH = CodeWriter.describe(SseMath.class);
    static final long LOW32 = 0xFFFF_FFFFL;

    final CodeWriter w;
    final CodeBuilder cb;

    SseOperands(CodeWriter writer) {
        w = writer;
        cb = writer.cb;
    }

    void get(int register, int half) {
        cb.lload(w.vector(register, half));
    }

    void set(int register, int half) {
        w.setVector(register, half);
        w.ordinary &= ~(1L << 2 * register + half);
    }

    void setOrdinary(int register, int half) {
        set(register, half);
        w.ordinary |= 1L << 2 * register + half;
    }

    boolean isOrdinary(int register, int half) {
        return (w.ordinary >>> 2 * register + half & 1) != 0;
    }

    /** The 16 bytes of the source to T0 and T1. */
    void source(Insn insn, boolean aligned) {
        if (!insn.isMemory()) {
            get(insn.rm, 0);
            cb.lstore(T0);
            get(insn.rm, 1);
            cb.lstore(T1);
            return;
        }
        hostAddress(insn, aligned, false);
        cb.lload(T2);
        w.memory.loadHost(8);
        cb.lstore(T0).lload(T2).loadConstant(8L).ladd();
        w.memory.loadHost(8);
        cb.lstore(T1);
    }

    /** Host address of a 16-byte operand to T2. */
    void hostAddress(Insn insn, boolean aligned, boolean write) {
        if (aligned) {
            w.memory.pushAddress(insn);
            cb.invokestatic(MATH, "checkAligned", MethodTypeDesc.of(CodeWriter.VOID, LONG));
        }
        if (!w.memory.pushedOfRun(insn, 16, write)) {
            w.memory.pushTlb();
            w.memory.pushAddress(insn);
            cb.loadConstant(16);
            w.memory.lookUp(write);
        }
        cb.lstore(T2);
    }

    /** The low 8 or 4 bytes of the source, the latter zero-extended. */
    void pushScalar(Insn insn, int size) {
        if (insn.isMemory()) {
            w.memory.pushOperand(insn, size);
        } else {
            get(insn.rm, 0);
        }
        if (size == 4) {
            cb.loadConstant(LOW32).land();
        }
    }

    void pushMode() {
        cb.aload(CodeWriter.THIS_CPU).getfield(CodeWriter.STATE, "mxcsr", INT);
    }

    static boolean stores(Insn insn) {
        return Traits.place(insn, 0) == Place.W || Traits.place(insn, 0) == Place.M;
    }
}
