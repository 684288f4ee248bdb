package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_B;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_C;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
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
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;

/**
 * Writes the code of integer instructions that are no transfers. Whatever may leave the region in the middle of one (a
 * memory access, a division) comes before anything that it changes.
 */
final class IntegerEmitter {
    private static final int LONG_SHIFT = 63, INT_SHIFT = 31;
    private static final java.lang.constant.ClassDesc JAVA_MATH = CodeWriter.describe(Math.class);

    private static final MethodTypeDesc LONG_TO_LONG = MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long);
    private static final MethodTypeDesc LONGS_TO_LONG =
            MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long);
    private static final MethodTypeDesc THREE_TO_LONG = MethodTypeDesc.of(
            ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long);
    private static final MethodTypeDesc LONG_TO_INT = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long);

    private final CodeWriter w;
    private final CodeBuilder cb;

    IntegerEmitter(CodeWriter writer) {
        w = writer;
        cb = writer.cb;
    }

    /** Whether {@link #emit} knows an instruction; to be asked before any code is written. */
    static boolean knows(Insn insn) {
        if (insn.lock
                || insn.rep && !Traits.mnemonic(insn).equals("nop") && !isCount(insn)
                || !Traits.isAddressable(insn)) {
            return false;
        }
        boolean wide = insn.operandSize >= 4;
        boolean plainStack = insn.flat && insn.operandSize == (insn.longMode ? 8 : 4);
        return switch (Traits.mnemonic(insn)) {
            case "mov" ->
                Traits.row(insn).group().equals("move")
                        && Traits.place(insn, 0) != Place.O
                        && Traits.place(insn, 1) != Place.O;
            case "movzx", "movsx", "movsxd", "lea", "nop", "prefetch" -> true;
            case "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test", "inc", "dec", "neg", "not" -> true;
            case "shl", "sal", "shr", "sar" -> true;
            case "rol", "ror" -> Traits.size(insn, 0) >= 4;
            case "imul" -> isTwoOperand(insn) || wide && !isByteForm(insn);
            case "mul", "div", "idiv" -> wide && !isByteForm(insn);
            case "cbw", "cwd" -> true;
            case "push" -> plainStack;
            case "pop" ->
                plainStack && !insn.isMemory() && Traits.row(insn).group().equals("stack");
            case "leave" -> plainStack;
            case "bswap" -> wide;
            case "bt" -> !insn.isMemory();
            case "bts", "btr", "btc" -> !insn.isMemory();
            case "bsf", "bsr" -> true;
            case "popcnt" -> true;
            case "xchg" -> !insn.isMemory() && Traits.size(insn, 0) >= 4;
            default ->
                Traits.mnemonic(insn).startsWith("set")
                                && Traits.row(insn).group().equals("move")
                        || Traits.mnemonic(insn).startsWith("cmov");
        };
    }

    /** Of MUL, IMUL, DIV and IDIV with one operand: works on AX. */
    private static boolean isByteForm(Insn insn) {
        return insn.row != null && insn.row.operands().getFirst().size() == Operand.Size.B2;
    }

    private static boolean isCount(Insn insn) {
        return Traits.mnemonic(insn).equals("popcnt");
    }

    private static boolean isTwoOperand(Insn insn) {
        return Traits.place(insn, 0) == Place.G;
    }

    /** Whether it leaves something on top of the flags of another operation. */
    static boolean putsOnTop(Insn insn) {
        return switch (Traits.mnemonic(insn)) {
            case "inc", "dec", "rol", "ror", "bt", "bts", "btr", "btc", "bsf", "bsr" -> true;
            default -> false;
        };
    }

    void emit(Insn insn) {
        String mnemonic = Traits.mnemonic(insn);
        switch (mnemonic) {
            case "mov" -> move(insn);
            case "movzx" -> extend(insn, false);
            case "movsx", "movsxd" -> extend(insn, true);
            case "lea" -> {
                w.pushOffset(insn);
                w.popRegister(insn, insn.reg, insn.operandSize);
            }
            case "nop", "prefetch" -> {}
            case "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test" -> binary(insn, mnemonic);
            case "inc", "dec", "neg", "not" -> unary(insn, mnemonic);
            case "shl", "sal", "shr", "sar", "rol", "ror" -> shift(insn, mnemonic);
            case "imul" -> {
                if (isTwoOperand(insn)) {
                    multiplyTruncated(insn);
                } else {
                    multiply(insn, true);
                }
            }
            case "mul" -> multiply(insn, false);
            case "div" -> divide(insn, false);
            case "idiv" -> divide(insn, true);
            case "cbw" -> {
                w.pushRegister(Cpu.RAX);
                signExtend(insn.operandSize / 2);
                w.popRegister(insn, Cpu.RAX, insn.operandSize);
            }
            case "cwd" -> {
                w.pushRegister(Cpu.RAX);
                signExtend(insn.operandSize);
                cb.loadConstant(LONG_SHIFT).lshr();
                w.popRegister(insn, Cpu.RDX, insn.operandSize);
            }
            case "push" -> push(insn);
            case "pop" -> pop(insn);
            case "leave" -> leave(insn);
            case "bswap" -> byteSwap(insn);
            case "bt", "bts", "btr", "btc" -> bit(insn, mnemonic);
            case "bsf", "bsr" -> scan(insn, mnemonic.equals("bsf"));
            case "popcnt" -> {
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
            case "xchg" -> exchange(insn);
            default -> {
                if (mnemonic.startsWith("set")) {
                    set(insn);
                } else {
                    conditionalMove(insn);
                }
            }
        }
    }

    // --- operands ---

    /** ModRM.rm, register or memory, raw. */
    private void pushSource(Insn insn, int size) {
        if (insn.isMemory()) {
            w.pushMemory(insn, size);
        } else {
            w.pushRegister(insn, insn.rm, size);
        }
    }

    private void signExtend(int size) {
        switch (size) {
            case 1 -> cb.l2i().i2b().i2l();
            case 2 -> cb.l2i().i2s().i2l();
            case 4 -> cb.l2i().i2l();
            default -> {}
        }
    }

    private void zeroExtend(int size) {
        if (size < 8) {
            cb.loadConstant(-1L >>> 64 - 8 * size).land();
        }
    }

    private int destination(Insn insn) {
        return switch (Traits.place(insn, 0)) {
            case G -> insn.reg;
            case ACC -> Cpu.RAX;
            default -> insn.rm;
        };
    }

    /** The destination is memory. */
    private static boolean toMemory(Insn insn) {
        return insn.isMemory() && Traits.place(insn, 0) == Place.E;
    }

    // --- data transfer ---

    private void move(Insn insn) {
        int size = Traits.size(insn, 0);
        Place source = Traits.place(insn, 1);
        if (toMemory(insn)) {
            w.pushTlb();
            w.pushAddress(insn);
            if (source == Place.I) {
                cb.loadConstant(insn.immediate);
            } else {
                w.pushRegister(insn, insn.reg, size);
            }
            w.store(size);
            return;
        }
        if (source == Place.I) {
            cb.loadConstant(insn.immediate);
        } else if (source == Place.G) {
            w.pushRegister(insn, insn.reg, size);
        } else {
            pushSource(insn, size);
        }
        w.popRegister(insn, destination(insn), size);
    }

    private void extend(Insn insn, boolean signed) {
        int from = Traits.size(insn, 1);
        pushSource(insn, from);
        if (signed) {
            signExtend(from);
        } else {
            zeroExtend(from);
        }
        w.popRegister(insn, insn.reg, insn.operandSize);
    }

    private void exchange(Insn insn) {
        int size = insn.operandSize;
        boolean accumulator = Traits.place(insn, 0) == Place.ACC;
        if (accumulator && insn.rm == Cpu.RAX) {
            return; // NOP, which leaves the upper half alone
        }
        int other = accumulator ? Cpu.RAX : insn.reg;
        w.pushRegister(insn.rm);
        cb.lstore(T0);
        w.pushRegister(other);
        w.popRegister(insn, insn.rm, size);
        cb.lload(T0);
        w.popRegister(insn, other, size);
    }

    private void set(Insn insn) {
        w.pushCondition(insn.opcode & 15);
        cb.i2l();
        if (insn.isMemory()) {
            cb.lstore(T0);
            w.pushTlb();
            w.pushAddress(insn);
            cb.lload(T0);
            w.store(1);
        } else {
            w.popRegister(insn, insn.rm, 1);
        }
    }

    /** The source is read, and may fault, in any case; 4 bytes clear the upper half in any case. */
    private void conditionalMove(Insn insn) {
        int size = insn.operandSize;
        pushSource(insn, size);
        cb.lstore(T0);
        Label no = cb.newLabel();
        Label end = cb.newLabel();
        w.branchIf(insn.opcode & 15 ^ 1, no);
        cb.lload(T0).goto_(end).labelBinding(no);
        w.pushRegister(insn.reg);
        cb.labelBinding(end);
        w.popRegister(insn, insn.reg, size);
    }

    // --- arithmetic ---

    /** Where a value comes from. */
    @FunctionalInterface
    private interface Value {
        void push();
    }

    private void binary(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        Place from = Traits.place(insn, 1);
        boolean writes = !mnemonic.equals("cmp") && !mnemonic.equals("test");
        Value b;
        if (from == Place.I) {
            b = () -> cb.loadConstant(insn.immediate);
        } else if (from == Place.G) {
            b = () -> w.pushRegister(insn, insn.reg, size);
        } else if (insn.isMemory()) {
            w.pushMemory(insn, size);
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
                w.pushHostAddress(insn, size);
                cb.lstore(T1).lload(T1);
                w.loadHost(size);
            } else {
                w.pushMemory(insn, size);
            }
            cb.lstore(T2);
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

    /** Writes T3 to the destination, whose host address is in T1 when it is memory. */
    private void write(Insn insn, int size) {
        if (toMemory(insn)) {
            w.storeHost(T1, size, T3);
        } else {
            cb.lload(T3);
            w.popRegister(insn, destination(insn), size);
        }
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
            case "cmp" -> {
                a.push();
                cb.lstore(FLAG_A);
                b.push();
                cb.lstore(FLAG_B);
                w.setFlags(JitFlags.COMPARE, size);
            }
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

    private void unary(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        if (toMemory(insn)) {
            w.pushHostAddress(insn, size);
            cb.lstore(T1).lload(T1);
            w.loadHost(size);
        } else {
            w.pushRegister(insn, insn.rm, size);
        }
        cb.lstore(T2);
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

    // --- shifts ---

    private void shift(Insn insn, String mnemonic) {
        int size = Traits.size(insn, 0);
        boolean byCl = Traits.place(insn, 1) == Place.CL;
        if (!byCl && Traits.shiftCount(insn) == 0) {
            if (!insn.isMemory() && size == 4) {
                // The upper half is cleared all the same.
                w.pushRegister(insn.rm);
                w.popRegister(insn, insn.rm, size);
            } else if (insn.isMemory()) {
                w.pushHostAddress(insn, size);
                cb.pop2();
            }
            return;
        }
        if (toMemory(insn)) {
            w.pushHostAddress(insn, size);
            cb.lstore(T1).lload(T1);
            w.loadHost(size);
        } else {
            w.pushRegister(insn, insn.rm, size);
        }
        cb.lstore(T2);
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

    // --- multiplication and division ---

    private void multiplyTruncated(Insn insn) {
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

    private void multiply(Insn insn, boolean signed) {
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
    private void divide(Insn insn, boolean signed) {
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

    // --- stack ---

    private void cutStack(Insn insn) {
        if (!insn.longMode) {
            cb.loadConstant(0xFFFF_FFFFL).land();
        }
    }

    private void push(Insn insn) {
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
        w.pushTlb();
        cb.lload(T1).lload(T0);
        w.store(size);
        cb.lload(T1);
        setStackPointer();
    }

    private void setStackPointer() {
        cb.lstore(w.slot(Cpu.RSP));
    }

    private void pop(Insn insn) {
        int size = insn.operandSize;
        w.pushTlb();
        w.pushRegister(Cpu.RSP);
        w.load(size);
        cb.lstore(T0);
        w.pushRegister(Cpu.RSP);
        cb.loadConstant((long) size).ladd();
        cutStack(insn);
        setStackPointer();
        cb.lload(T0);
        w.popRegister(insn, insn.rm, size);
    }

    private void leave(Insn insn) {
        int size = insn.operandSize;
        w.pushTlb();
        w.pushRegister(Cpu.RBP);
        w.load(size);
        cb.lstore(T0);
        w.pushRegister(Cpu.RBP);
        cb.loadConstant((long) size).ladd();
        cutStack(insn);
        setStackPointer();
        cb.lload(T0);
        w.popRegister(insn, Cpu.RBP, size);
    }

    // --- bits ---

    private void byteSwap(Insn insn) {
        w.pushRegister(insn.rm);
        cb.invokestatic(ConstantDescs.CD_Long, "reverseBytes", LONG_TO_LONG);
        if (insn.operandSize == 4) {
            cb.loadConstant(32).lushr();
        }
        w.popRegister(insn, insn.rm, insn.operandSize);
    }

    /** BT and its sisters on a register: CF is the bit, the other flags stay. */
    private void bit(Insn insn, String mnemonic) {
        int size = insn.operandSize;
        if (Traits.place(insn, 1) == Place.I) {
            cb.loadConstant(insn.immediate & 8L * size - 1);
        } else {
            w.pushRegister(insn.reg);
            cb.loadConstant(8L * size - 1).land();
        }
        cb.lstore(T0);
        w.pushRegister(insn.rm);
        cb.lstore(T2);
        if (!mnemonic.equals("bt")) {
            cb.lload(T2).loadConstant(1L).lload(T0).l2i().lshl();
            switch (mnemonic) {
                case "bts" -> cb.lor();
                case "btr" -> cb.loadConstant(-1L).lxor().land();
                default -> cb.lxor();
            }
            w.popRegister(insn, insn.rm, size);
        }
        single(
                JitFlags.CARRY,
                () -> cb.lload(T2).lload(T0).l2i().lushr().loadConstant(1L).land());
    }

    /** Works out all flags now, so that something may be put on top of them. */
    private void gatherFlags() {
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

    /** One flag of its own on top of the others. */
    private void single(int kind, Value value) {
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

    /** With a source of zero the destination stays; ZF says so, the other flags stay. */
    private void scan(Insn insn, boolean forward) {
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
        single(JitFlags.ZERO, () -> {
            Label isZero = cb.newLabel();
            Label end = cb.newLabel();
            cb.lload(T0).loadConstant(0L).lcmp().ifeq(isZero).loadConstant(0L).goto_(end);
            cb.labelBinding(isZero).loadConstant(1L).labelBinding(end);
        });
    }
}
