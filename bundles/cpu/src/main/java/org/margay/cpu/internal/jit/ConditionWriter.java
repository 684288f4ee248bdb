package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.FLAG_A;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_B;
import static org.margay.cpu.internal.jit.CodeWriter.FLAG_C;
import static org.margay.cpu.internal.jit.CodeWriter.TOP_VALUE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes conditional jumps: from the numbers of the operation that set the flags where that is known, else from the flags.
 */
final class ConditionWriter {
    private static final int ZERO_FLAG = 0x40, CARRY_FLAG = 1, PARITY_FLAG = 4;

    /** Conditions, without the bit that negates them (SDM vol. 2, appendix B, table B-1). */
    private static final int BELOW = 1,
            EQUAL = 2,
            BELOW_OR_EQUAL = 3,
            SIGN = 4,
            PARITY = 5,
            LESS = 6,
            LESS_OR_EQUAL = 7;

    private static final MethodTypeDesc COMPARE_LONGS =
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long, ConstantDescs.CD_long);
    private static final MethodTypeDesc COMPARE_INTS =
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);

    private enum Relation {
        EQ(Opcode.IFEQ, Opcode.IF_ICMPEQ),
        NE(Opcode.IFNE, Opcode.IF_ICMPNE),
        LT(Opcode.IFLT, Opcode.IF_ICMPLT),
        GE(Opcode.IFGE, Opcode.IF_ICMPGE),
        GT(Opcode.IFGT, Opcode.IF_ICMPGT),
        LE(Opcode.IFLE, Opcode.IF_ICMPLE);

        final Opcode withZero;
        final Opcode ofInts;

        Relation(Opcode withZero, Opcode ofInts) {
            this.withZero = withZero;
            this.ofInts = ofInts;
        }

        Relation negated() {
            return switch (this) {
                case EQ -> NE;
                case NE -> EQ;
                case LT -> GE;
                case GE -> LT;
                case GT -> LE;
                case LE -> GT;
            };
        }
    }

    private final CodeWriter w;
    private final CodeBuilder cb;

    ConditionWriter(CodeWriter writer) {
        w = writer;
        cb = writer.cb;
    }

    void branchIf(int condition, Label yes) {
        boolean negated = (condition & 1) != 0;
        if (!fast(condition >> 1, negated, yes)) {
            cb.aload(CodeWriter.THIS_CPU);
            w.pushFlagNumbers();
            cb.loadConstant(condition)
                    .invokestatic(
                            CodeWriter.FLAGS,
                            "condition",
                            MethodTypeDesc.of(
                                    CodeWriter.BOOLEAN,
                                    CodeWriter.CPU,
                                    CodeWriter.INT,
                                    CodeWriter.LONG,
                                    CodeWriter.LONG,
                                    CodeWriter.LONG,
                                    CodeWriter.INT,
                                    CodeWriter.LONG,
                                    CodeWriter.INT))
                    .ifne(yes);
        }
    }

    private boolean fast(int condition, boolean negated, Label yes) {
        FlagState flags = w.flags;
        if (!flags.known()) {
            return false;
        }
        if (flags.top() != 0) {
            return onTop(flags, condition, negated, yes);
        }
        int size = flags.size();
        return switch (flags.kind()) {
            case JitFlags.COMPARE -> compared(condition, negated, size, false, yes);
            case JitFlags.SUBTRACT ->
                (condition == EQUAL || condition == SIGN)
                        ? result(condition, negated, size, FLAG_A, yes)
                        : compared(condition, negated, size, true, yes);
            case JitFlags.LOGIC -> logic(condition, negated, size, yes);
            case JitFlags.ADD -> {
                if (condition == BELOW) {
                    compare(size, FLAG_A, FLAG_B, negated ? Relation.GE : Relation.LT, true, false, yes);
                    yield true;
                }
                yield result(condition, negated, size, FLAG_A, yes);
            }
            case JitFlags.SHIFT_LEFT, JitFlags.SHIFT_RIGHT, JitFlags.SHIFT_RIGHT_SIGNED, JitFlags.PARTIAL ->
                carryOrResult(condition, negated, size, FLAG_A, yes);
            case JitFlags.ADD_CARRY, JitFlags.SUBTRACT_BORROW, JitFlags.MULTIPLY ->
                carryOrResult(condition, negated, size, FLAG_C, yes);
            case JitFlags.EXPLICIT -> explicit(condition, negated, yes);
            default -> false;
        };
    }

    private boolean onTop(FlagState flags, int condition, boolean negated, Label yes) {
        boolean counts = flags.topKind() == JitFlags.INCREMENT || flags.topKind() == JitFlags.DECREMENT;
        boolean single = flags.topKind() == JitFlags.CARRY && condition == BELOW
                || flags.topKind() == JitFlags.ZERO && condition == EQUAL;
        if (single) {
            cb.lload(TOP_VALUE).l2i().branch(negated ? Opcode.IFEQ : Opcode.IFNE, yes);
            return true;
        }
        return counts && result(condition, negated, flags.topSize(), TOP_VALUE, yes);
    }

    /** ZF and SF of a result in a local. */
    private boolean result(int condition, boolean negated, int size, int local, Label yes) {
        if (condition != EQUAL && condition != SIGN) {
            return false;
        }
        cb.lload(local);
        Relation relation = condition == EQUAL ? Relation.EQ : Relation.LT;
        compareWithZero(size, negated ? relation.negated() : relation, yes);
        return true;
    }

    private boolean carryOrResult(int condition, boolean negated, int size, int local, Label yes) {
        if (condition == BELOW) {
            w.pushCarry();
            cb.branch(negated ? Opcode.IFEQ : Opcode.IFNE, yes);
            return true;
        }
        return result(condition, negated, size, local, yes);
    }

    /** By comparing a and b; with a subtraction a is the result plus b. */
    private boolean compared(int condition, boolean negated, int size, boolean subtraction, Label yes) {
        Relation relation = switch (condition) {
            case EQUAL -> Relation.EQ;
            case BELOW, LESS -> Relation.LT;
            case BELOW_OR_EQUAL, LESS_OR_EQUAL -> Relation.LE;
            case SIGN -> Relation.LT;
            default -> null;
        };
        if (relation == null) {
            return false;
        }
        relation = negated ? relation.negated() : relation;
        if (condition == SIGN) {
            cb.lload(FLAG_A).lload(FLAG_B).lsub();
            compareWithZero(size, relation, yes);
        } else {
            boolean unsigned = condition == BELOW || condition == BELOW_OR_EQUAL;
            compare(size, FLAG_A, FLAG_B, relation, unsigned, subtraction, yes);
        }
        return true;
    }

    private boolean logic(int condition, boolean negated, int size, Label yes) {
        Relation relation = switch (condition) {
            case EQUAL, BELOW_OR_EQUAL -> Relation.EQ;
            case SIGN, LESS -> Relation.LT;
            case LESS_OR_EQUAL -> Relation.LE;
            default -> null;
        };
        if (relation != null) {
            cb.lload(FLAG_A);
            compareWithZero(size, negated ? relation.negated() : relation, yes);
            return true;
        }
        if (condition == PARITY) {
            return false;
        }
        // CF and OF are 0.
        if (negated) {
            cb.goto_(yes);
        }
        return true;
    }

    private boolean explicit(int condition, boolean negated, Label yes) {
        int mask = switch (condition) {
            case BELOW -> CARRY_FLAG;
            case EQUAL -> ZERO_FLAG;
            case BELOW_OR_EQUAL -> CARRY_FLAG | ZERO_FLAG;
            case PARITY -> PARITY_FLAG;
            default -> 0;
        };
        if (mask == 0) {
            return false;
        }
        cb.lload(FLAG_A).l2i().loadConstant(mask).iand().branch(negated ? Opcode.IFEQ : Opcode.IFNE, yes);
        return true;
    }

    private void compareWithZero(int size, Relation relation, Label yes) {
        if (size == 8) {
            cb.loadConstant(0L).lcmp();
        } else {
            toInt(size, false);
        }
        cb.branch(relation.withZero, yes);
    }

    private void compare(int size, int a, int b, Relation relation, boolean unsigned, boolean addFirst, Label yes) {
        boolean order = relation != Relation.EQ && relation != Relation.NE;
        cb.lload(a);
        if (addFirst) {
            cb.lload(b).ladd();
        }
        if (size == 8) {
            cb.lload(b);
            if (unsigned && order) {
                cb.invokestatic(ConstantDescs.CD_Long, "compareUnsigned", COMPARE_LONGS);
            } else {
                cb.lcmp();
            }
            cb.branch(relation.withZero, yes);
            return;
        }
        toInt(size, unsigned);
        cb.lload(b);
        toInt(size, unsigned);
        if (size == 4 && unsigned && order) {
            cb.invokestatic(ConstantDescs.CD_Integer, "compareUnsigned", COMPARE_INTS);
            cb.branch(relation.withZero, yes);
        } else {
            cb.branch(relation.ofInts, yes);
        }
    }

    /** Stack: a raw value of up to 4 bytes. */
    private void toInt(int size, boolean unsigned) {
        cb.l2i();
        if (size == 2) {
            if (unsigned) {
                cb.i2c();
            } else {
                cb.i2s();
            }
        } else if (size == 1) {
            if (unsigned) {
                cb.loadConstant(0xFF).iand();
            } else {
                cb.i2b();
            }
        }
    }
}
