package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_B;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;
import static org.margay.cpu.internal.jit.CodeWriter.TOP_VALUE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** What the emitters of integer instructions share: operands, and values of fewer than 8 bytes. */
abstract class IntegerOperands {
    static final int LONG_SHIFT = 63, INT_SHIFT = 31;
    static final MethodTypeDesc LONG_TO_LONG = MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long);
    static final MethodTypeDesc LONGS_TO_LONG =
            MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long);
    static final MethodTypeDesc LONG_TO_INT = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long);

    /** Where a value comes from. */
    @FunctionalInterface
    interface Value {
        void push();
    }

    final CodeWriter w;
    final CodeBuilder cb;

    IntegerOperands(CodeWriter writer) {
        w = writer;
        cb = writer.cb;
    }

    /** The operand of ModRM.rm, register or memory, raw. */
    void pushSource(Insn insn, int size) {
        if (insn.isMemory()) {
            w.memory.pushOperand(insn, size);
        } else {
            w.pushRegister(insn, insn.rm, size);
        }
    }

    void signExtend(int size) {
        switch (size) {
            case 1 -> cb.l2i().i2b().i2l();
            case 2 -> cb.l2i().i2s().i2l();
            case 4 -> cb.l2i().i2l();
            default -> {}
        }
    }

    void zeroExtend(int size) {
        if (size < 8) {
            cb.loadConstant(-1L >>> 64 - 8 * size).land();
        }
    }

    int destination(Insn insn) {
        return switch (Traits.place(insn, 0)) {
            case G -> insn.reg;
            case ACC -> Cpu.RAX;
            default -> insn.rm;
        };
    }

    /** The destination is memory. */
    static boolean toMemory(Insn insn) {
        return insn.isMemory() && Traits.place(insn, 0) == Place.E;
    }

    /** What is in the destination to T2, raw; its host address to T1 when it is memory, which will be written. */
    void loadDestination(Insn insn, int size) {
        if (toMemory(insn)) {
            w.memory.pushHostAddress(insn, size);
            loadFromHost(size);
        } else {
            w.pushRegister(insn, destination(insn), size);
            cb.lstore(T2);
        }
    }

    /** Stack: a host address, which goes to T1, and what is there to T2. */
    void loadFromHost(int size) {
        cb.lstore(T1).lload(T1);
        w.memory.loadHost(size);
        cb.lstore(T2);
    }

    /** Writes T3 to the destination, whose host address is in T1 when it is memory. */
    void write(Insn insn, int size) {
        if (toMemory(insn)) {
            w.memory.storeHost(T1, size, T3);
        } else {
            cb.lload(T3);
            w.popRegister(insn, destination(insn), size);
        }
    }

    /** Works out all flags now, so that something may be put on top of them. */
    void gatherFlags() {
        cb.aload(CodeWriter.THIS_CPU);
        w.pushFlagNumbers();
        cb.invokestatic(
                CodeWriter.FLAGS,
                "all",
                MethodTypeDesc.of(
                        CodeWriter.LONG,
                        CodeWriter.CPU,
                        CodeWriter.INT,
                        CodeWriter.LONG,
                        CodeWriter.LONG,
                        CodeWriter.LONG,
                        CodeWriter.INT,
                        CodeWriter.LONG));
        cb.lstore(FLAG_A);
        w.setFlags(JitFlags.EXPLICIT, 8);
    }

    /** Those of a comparison of two raw values, as CMP leaves them. */
    void compareFlags(int size, Value a, Value b) {
        a.push();
        cb.lstore(FLAG_A);
        b.push();
        cb.lstore(FLAG_B);
        w.setFlags(JitFlags.COMPARE, size);
    }

    /** One flag of its own on top of the others. */
    void flagOnTop(int kind, Value value) {
        if (w.flagsDead) {
            return;
        }
        value.push();
        cb.lstore(T3);
        if (!w.flags.known() || w.flags.top() != 0 && w.flags.topKind() != kind) {
            gatherFlags();
        }
        cb.lload(T3).lstore(TOP_VALUE);
        w.setTop(kind, 8);
    }

    /** ZF says whether a local is zero, on top of the other flags. */
    void zeroFlagOnTop(int local) {
        flagOnTop(JitFlags.ZERO, () -> {
            Label isZero = cb.newLabel();
            Label end = cb.newLabel();
            cb.lload(local)
                    .loadConstant(0L)
                    .lcmp()
                    .ifeq(isZero)
                    .loadConstant(0L)
                    .goto_(end);
            cb.labelBinding(isZero).loadConstant(1L).labelBinding(end);
        });
    }
}
