package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_B;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_C;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;
import static org.margay.cpu.internal.jit.CodeWriter.TOP_VALUE;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of addition, subtraction, logic, multiplication and division. */
final class ArithmeticEmitter extends IntegerOperands {
    private static final ClassDesc JAVA_MATH = CodeWriter.describe(Math.class);
    private static final MethodTypeDesc THREE_TO_LONG = MethodTypeDesc.of(
            ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long);

    ArithmeticEmitter(CodeWriter writer) {
        super(writer);
    }

    void binary(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        Place from = Traits.place(insn, 1);
        boolean writes = !mnemonic.equals("cmp") && !mnemonic.equals("test");
        Value b;
        if (from == Place.I) {
            b = () -> cb.loadConstant(insn.immediate);
        } else if (from == Place.G) {
            b = () -> w.pushRegister(insn, insn.reg, size);
        } else if (insn.isMemory()) {
            w.memory.pushOperand(insn, size);
            cb.lstore(T0);
            b = () -> cb.lload(T0);
        } else {
            b = () -> w.pushRegister(insn, insn.rm, size);
        }
        Value a;
        if (!toMemory(insn)) {
            a = () -> w.pushRegister(insn, destination(insn), size);
        } else {
            if (writes) {
                loadDestination(insn, size);
            } else {
                w.memory.pushOperand(insn, size);
                cb.lstore(T2);
            }
            a = () -> cb.lload(T2);
        }
        boolean cleared = (mnemonic.equals("xor") || mnemonic.equals("sub"))
                && from != Place.I
                && !insn.isMemory()
                && insn.reg == insn.rm
                && size >= 4;
        if (cleared) {
            cb.loadConstant(0L).lstore(T3);
        } else if (writes || mnemonic.equals("test") && !w.flagsDead) {
            compute(mnemonic, size, a, b);
            cb.lstore(T3);
        }
        if (!w.flagsDead) {
            binaryFlags(mnemonic, size, a, b);
        }
        if (writes) {
            write(insn, size);
        }
    }

    /** XADD: the sum goes to the destination, what was there to the register. */
    void exchangeAndAdd(Insn insn) {
        int size = Traits.size(insn, 0);
        loadDestination(insn, size);
        w.pushRegister(insn, insn.reg, size);
        cb.lstore(T0);
        Value a = () -> cb.lload(T2);
        Value b = () -> cb.lload(T0);
        compute("add", size, a, b);
        cb.lstore(T3);
        if (!w.flagsDead) {
            binaryFlags("add", size, a, b);
        }
        cb.lload(T2);
        w.popRegister(insn, insn.reg, size);
        write(insn, size);
    }

    private void compute(String mnemonic, int size, Value a, Value b) {
        boolean ints = size == 4;
        boolean carry = mnemonic.equals("adc") || mnemonic.equals("sbb");
        a.push();
        toInt(ints);
        b.push();
        toInt(ints);
        switch (mnemonic) {
            case "add", "adc" -> {
                if (ints) {
                    cb.iadd();
                } else {
                    cb.ladd();
                }
            }
            case "sub", "sbb" -> {
                if (ints) {
                    cb.isub();
                } else {
                    cb.lsub();
                }
            }
            case "or" -> {
                if (ints) {
                    cb.ior();
                } else {
                    cb.lor();
                }
            }
            case "xor" -> {
                if (ints) {
                    cb.ixor();
                } else {
                    cb.lxor();
                }
            }
            default -> {
                if (ints) {
                    cb.iand();
                } else {
                    cb.land();
                }
            }
        }
        if (carry) {
            w.pushCarry();
            if (!ints) {
                cb.i2l();
            }
            if (mnemonic.equals("adc")) {
                if (ints) {
                    cb.iadd();
                } else {
                    cb.ladd();
                }
            } else if (ints) {
                cb.isub();
            } else {
                cb.lsub();
            }
        }
        if (ints) {
            // Zero-extended, as the register will be: one value for register and flags.
            cb.i2l().loadConstant(0xFFFF_FFFFL).land();
        }
    }

    private void toInt(boolean ints) {
        if (ints) {
            cb.l2i();
        }
    }

    private void binaryFlags(String mnemonic, int size, Value a, Value b) {
        switch (mnemonic) {
            case "add", "sub" -> {
                b.push();
                cb.lstore(FLAG_B).lload(T3).lstore(FLAG_A);
                w.setFlags(mnemonic.equals("add") ? JitFlags.ADD : JitFlags.SUBTRACT, size);
            }
            case "cmp" -> compareFlags(size, a, b);
            case "adc", "sbb" -> {
                a.push();
                cb.lstore(FLAG_A);
                b.push();
                cb.lstore(FLAG_B).lload(T3).lstore(FLAG_C);
                w.setFlags(mnemonic.equals("adc") ? JitFlags.ADD_CARRY : JitFlags.SUBTRACT_BORROW, size);
            }
            default -> {
                cb.lload(T3).lstore(FLAG_A);
                w.setFlags(JitFlags.LOGIC, size);
            }
        }
    }

    void unary(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        loadDestination(insn, size);
        boolean counts = mnemonic.equals("inc") || mnemonic.equals("dec");
        if (counts) {
            cb.lload(T2).loadConstant(1L);
            if (mnemonic.equals("inc")) {
                cb.ladd();
            } else {
                cb.lsub();
            }
            cb.lstore(T3);
            countFlags(mnemonic.equals("inc"), size);
        } else if (mnemonic.equals("not")) {
            cb.lload(T2).loadConstant(-1L).lxor().lstore(T3);
        } else {
            cb.lload(T2).lneg().lstore(T3);
            if (!w.flagsDead) {
                cb.lload(T3).lstore(FLAG_A).lload(T2).lstore(FLAG_B);
                w.setFlags(JitFlags.SUBTRACT, size);
            }
        }
        write(insn, size);
    }

    /** INC and DEC keep CF: they lie on top of what set it. */
    private void countFlags(boolean increment, int size) {
        if (w.flagsDead) {
            return;
        }
        int top = w.flags.topKind();
        boolean carryBelow =
                w.flags.known() && (top == JitFlags.NOTHING || top == JitFlags.INCREMENT || top == JitFlags.DECREMENT);
        if (!carryBelow) {
            w.pushCarry();
            cb.i2l().lstore(FLAG_A);
            w.setFlags(JitFlags.EXPLICIT, 8);
        }
        cb.lload(T3).lstore(TOP_VALUE);
        w.setTop(increment ? JitFlags.INCREMENT : JitFlags.DECREMENT, size);
    }

    // --- multiplication and division ---

    void multiplyTruncated(Insn insn) {
        int size = insn.operandSize;
        pushSource(insn, size);
        cb.lstore(T0);
        if (Traits.row(insn).operands().size() > 2) {
            cb.loadConstant(insn.immediate);
        } else {
            w.pushRegister(insn.reg);
        }
        cb.lstore(T1);
        if (size == 4) {
            cb.lload(T0)
                    .l2i()
                    .lload(T1)
                    .l2i()
                    .imul()
                    .i2l()
                    .loadConstant(0xFFFF_FFFFL)
                    .land()
                    .lstore(T3);
        } else {
            cb.lload(T0).lload(T1).lmul().lstore(T3);
        }
        if (!w.flagsDead) {
            cb.lload(T0).lstore(FLAG_A).lload(T1).lstore(FLAG_B).lload(T3).lstore(FLAG_C);
            w.setFlags(JitFlags.MULTIPLY, size);
        }
        cb.lload(T3);
        w.popRegister(insn, insn.reg, size);
    }

    void multiply(Insn insn, boolean signed) {
        int size = insn.operandSize;
        pushSource(insn, size);
        if (signed) {
            signExtend(size);
        } else {
            zeroExtend(size);
        }
        cb.lstore(T0);
        w.pushRegister(Cpu.RAX);
        if (signed) {
            signExtend(size);
        } else {
            zeroExtend(size);
        }
        cb.lstore(T1);
        cb.lload(T0).lload(T1).lmul().lstore(T2);
        if (size == 8) {
            cb.lload(T0).lload(T1);
            cb.invokestatic(JAVA_MATH, signed ? "multiplyHigh" : "unsignedMultiplyHigh", LONGS_TO_LONG);
        } else {
            cb.lload(T2).loadConstant(8 * size);
            if (signed) {
                cb.lshr();
            } else {
                cb.lushr();
            }
        }
        cb.lstore(T3);
        if (!w.flagsDead) {
            cb.lload(T2).lstore(FLAG_A);
            cb.lload(T3);
            if (signed) {
                cb.lload(T2);
                signExtend(size);
                cb.invokestatic(CodeWriter.MATH, "overflowBits", LONGS_TO_LONG);
            } else {
                cb.invokestatic(CodeWriter.MATH, "overflowBits", LONG_TO_LONG);
            }
            cb.lstore(FLAG_B);
            w.setFlags(JitFlags.PARTIAL, size);
        }
        cb.lload(T2);
        w.popRegister(insn, Cpu.RAX, size);
        cb.lload(T3);
        w.popRegister(insn, Cpu.RDX, size);
    }

    /** Flags, undefined, stay. */
    void divide(Insn insn, boolean signed) {
        int size = insn.operandSize;
        pushSource(insn, size);
        cb.lstore(T0);
        w.pushRegister(Cpu.RDX);
        w.pushRegister(Cpu.RAX);
        cb.lload(T0);
        cb.invokestatic(CodeWriter.MATH, (signed ? "divideSigned" : "divide") + 8 * size, THREE_TO_LONG);
        cb.lstore(T3);
        // The remainder: the low bytes of dividend less product.
        w.pushRegister(Cpu.RAX);
        cb.lload(T3).lload(T0).lmul().lsub().lstore(T2);
        cb.lload(T3);
        w.popRegister(insn, Cpu.RAX, size);
        cb.lload(T2);
        w.popRegister(insn, Cpu.RDX, size);
    }
}
