package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;

import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of instructions on single bits: tests, scans, counts; and of the reversal of bytes. */
final class BitEmitter extends IntegerOperands {
    BitEmitter(CodeWriter writer) {
        super(writer);
    }

    void byteSwap(Insn insn) {
        w.pushRegister(insn.rm);
        cb.invokestatic(ConstantDescs.CD_Long, "reverseBytes", LONG_TO_LONG);
        if (insn.operandSize == 4) {
            cb.loadConstant(32).lushr();
        }
        w.popRegister(insn, insn.rm, insn.operandSize);
    }

    /** BT and its sisters: CF is the bit, the other flags stay. */
    void bit(Insn insn, String mnemonic) {
        int size = insn.operandSize;
        boolean writes = !mnemonic.equals("bt");
        pushNumber(insn, size);
        cb.lstore(T0);
        loadBits(insn, size, writes);
        cb.lload(T0).loadConstant(8L * size - 1).land().lstore(T0);
        if (writes) {
            cb.lload(T2).loadConstant(1L).lload(T0).l2i().lshl();
            switch (mnemonic) {
                case "bts" -> cb.lor();
                case "btr" -> cb.loadConstant(-1L).lxor().land();
                default -> cb.lxor();
            }
            cb.lstore(T3);
            write(insn, size);
        }
        flagOnTop(
                JitFlags.CARRY,
                () -> cb.lload(T2).lload(T0).l2i().lushr().loadConstant(1L).land());
    }

    /** What has the bit whose number is in T0 to T2; its host address to T1 when it is memory that will be written. */
    private void loadBits(Insn insn, int size, boolean write) {
        if (Traits.isBitString(insn)) {
            w.memory.pushBitString(insn, size, T0, write);
            loadFromHost(size);
        } else if (write) {
            loadDestination(insn, size);
        } else {
            pushSource(insn, size);
            cb.lstore(T2);
        }
    }

    /** Of the bit, which of a string in memory may be any signed number. */
    private void pushNumber(Insn insn, int size) {
        if (Traits.place(insn, 1) == Place.I) {
            cb.loadConstant(insn.immediate & 8L * size - 1);
        } else {
            w.pushRegister(insn.reg);
            signExtend(size);
        }
    }

    /** With a source of zero the destination stays; ZF says so, the other flags stay. */
    void scan(Insn insn, boolean forward) {
        int size = insn.operandSize;
        pushSource(insn, size);
        zeroExtend(size);
        cb.lstore(T0);
        Label zero = cb.newLabel();
        cb.lload(T0).loadConstant(0L).lcmp().ifeq(zero);
        if (forward) {
            cb.lload(T0).invokestatic(ConstantDescs.CD_Long, "numberOfTrailingZeros", LONG_TO_INT);
        } else {
            cb.loadConstant(63).lload(T0).invokestatic(ConstantDescs.CD_Long, "numberOfLeadingZeros", LONG_TO_INT);
            cb.isub();
        }
        cb.i2l();
        w.popRegister(insn, insn.reg, size);
        cb.labelBinding(zero);
        zeroFlagOnTop(T0);
    }

    void count(Insn insn) {
        int size = insn.operandSize;
        pushSource(insn, size);
        zeroExtend(size);
        cb.lstore(T0).lload(T0).invokestatic(ConstantDescs.CD_Long, "bitCount", LONG_TO_INT);
        cb.i2l();
        w.popRegister(insn, insn.reg, size);
        // ZF when the source is 0, all others clear: as explicit bits.
        Label zero = cb.newLabel();
        Label end = cb.newLabel();
        cb.lload(T0).loadConstant(0L).lcmp().ifeq(zero).loadConstant(0L).goto_(end);
        cb.labelBinding(zero).loadConstant(0x40L).labelBinding(end).lstore(FLAG_A);
        w.setFlags(JitFlags.EXPLICIT, 8);
    }
}
