package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_B;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_C;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;
import static org.margay.cpu.internal.jit.CodeWriter.TOP_VALUE;

import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of shifts and rotates. */
final class ShiftEmitter extends IntegerOperands {
    ShiftEmitter(CodeWriter writer) {
        super(writer);
    }

    void shift(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        boolean byCl = Traits.place(insn, 1) == Place.CL;
        if (!byCl && Traits.shiftCount(insn) == 0) {
            if (!insn.isMemory() && size == 4) {
                // The upper half is cleared all the same.
                w.pushRegister(insn.rm);
                w.popRegister(insn, insn.rm, size);
            } else if (insn.isMemory()) {
                w.memory.pushHostAddress(insn, size);
                cb.pop2();
            }
            return;
        }
        loadDestination(insn, size);
        if (!byCl) {
            shiftBy(mnemonic, size, () -> cb.loadConstant(Traits.shiftCount(insn)));
            shiftFlags(mnemonic, size, () -> cb.loadConstant((long) Traits.shiftCount(insn)));
            write(insn, size);
            return;
        }
        w.pushRegister(Cpu.RCX);
        cb.l2i().loadConstant(size == 8 ? LONG_SHIFT : INT_SHIFT).iand().i2l().lstore(T0);
        shiftBy(mnemonic, size, () -> cb.lload(T0).l2i());
        // A count of zero leaves the flags alone.
        Label none = cb.newLabel();
        FlagState before = w.flags;
        if (!w.flagsDead) {
            cb.lload(T0).l2i().ifeq(none);
            shiftFlags(mnemonic, size, () -> cb.lload(T0));
            cb.labelBinding(none);
            w.flags = w.flags.equals(before) ? before : FlagState.UNKNOWN;
        }
        write(insn, size);
    }

    /** T2 by a count on the stack as an int, to T3, raw. */
    private void shiftBy(String mnemonic, int size, Value count) {
        cb.lload(T2);
        switch (mnemonic) {
            case "shl", "sal" -> {
                if (size == 4) {
                    cb.l2i();
                    count.push();
                    cb.ishl().i2l();
                } else {
                    count.push();
                    cb.lshl();
                }
            }
            case "shr" -> {
                if (size == 4) {
                    cb.l2i();
                    count.push();
                    cb.iushr().i2l();
                } else {
                    zeroExtend(size);
                    count.push();
                    cb.lushr();
                }
            }
            case "sar" -> {
                if (size == 4) {
                    cb.l2i();
                    count.push();
                    cb.ishr().i2l();
                } else {
                    signExtend(size);
                    count.push();
                    cb.lshr();
                }
            }
            default -> {
                String name = mnemonic.equals("rol") ? "rotateLeft" : "rotateRight";
                if (size == 4) {
                    cb.l2i();
                    count.push();
                    cb.invokestatic(
                            ConstantDescs.CD_Integer,
                            name,
                            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
                    cb.i2l();
                } else {
                    count.push();
                    cb.invokestatic(
                            ConstantDescs.CD_Long,
                            name,
                            MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_int));
                }
            }
        }
        if (size == 4) {
            cb.loadConstant(0xFFFF_FFFFL).land();
        }
        cb.lstore(T3);
    }

    private void shiftFlags(String mnemonic, int size, Value count) {
        if (w.flagsDead) {
            return;
        }
        switch (mnemonic) {
            case "rol", "ror" -> {
                int top = w.flags.topKind();
                boolean plainBelow = w.flags.known()
                        && (top == JitFlags.NOTHING || top == JitFlags.ROTATE_LEFT || top == JitFlags.ROTATE_RIGHT);
                if (!plainBelow) {
                    gatherFlags();
                }
                cb.lload(T3).lstore(TOP_VALUE);
                w.setTop(mnemonic.equals("rol") ? JitFlags.ROTATE_LEFT : JitFlags.ROTATE_RIGHT, size);
            }
            default -> {
                cb.lload(T3).lstore(FLAG_A).lload(T2).lstore(FLAG_B);
                count.push();
                cb.lstore(FLAG_C);
                w.setFlags(
                        switch (mnemonic) {
                            case "shr" -> JitFlags.SHIFT_RIGHT;
                            case "sar" -> JitFlags.SHIFT_RIGHT_SIGNED;
                            default -> JitFlags.SHIFT_LEFT;
                        },
                        size);
            }
        }
    }
}
