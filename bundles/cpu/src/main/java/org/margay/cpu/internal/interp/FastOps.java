package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.OpFactory;
import org.margay.cpu.internal.table.Operand.Place;

/** Chooses fast operations for the hot forms of integer instructions; each factory declines what it has none for. */
public final class FastOps {
    private FastOps() {}

    /**
     * ADD and its sisters, and TEST.
     *
     * @param operation 0-7 as in the encoding, 8 for TEST
     */
    public static OpFactory binary(int operation) {
        return insn -> {
            int form = binaryForm(insn);
            return form < 0
                    ? null
                    : Template.of(BinaryOp.class, operation, form, Operands.size(insn, 0))
                            .create(insn);
        };
    }

    /** A form of {@link BinaryOp}, or -1. */
    static int binaryForm(Insn insn) {
        int size = Operands.size(insn, 0);
        Place source = Operands.place(insn, 1);
        Place destination = Operands.place(insn, 0);
        if (insn.lock || insn.isMemory() && !Template.addresses(insn)) {
            return -1;
        }
        if (destination == Place.ACC) {
            return BinaryOp.REG_IMM;
        }
        boolean rmByte = !insn.isMemory() && Template.isHighByte(insn, insn.rm, size);
        if (rmByte || source != Place.I && Template.isHighByte(insn, insn.reg, size)) {
            return -1;
        }
        if (source == Place.I) {
            return insn.isMemory() ? BinaryOp.MEM_IMM : BinaryOp.REG_IMM;
        }
        if (!insn.isMemory()) {
            return BinaryOp.REG_REG;
        }
        return destination == Place.G ? BinaryOp.REG_MEM : BinaryOp.MEM_REG;
    }

    /** INC 0, DEC 1, NEG 2, NOT 3. */
    public static OpFactory unary(int operation) {
        return insn -> {
            int size = Operands.size(insn, 0);
            if (insn.lock || (insn.isMemory() ? !Template.addresses(insn) : Template.isHighByte(insn, insn.rm, size))) {
                return null;
            }
            return Template.of(UnaryOp.class, operation, insn.isMemory() ? 1 : 0, size)
                    .create(insn);
        };
    }

    /** MOV of all kinds, and with extension. */
    public static OpFactory move(boolean signed) {
        return insn -> {
            int size = Operands.size(insn, 0);
            int sourceSize = Operands.size(insn, 1);
            Place source = Operands.place(insn, 1);
            boolean toReg = Operands.destinationIsReg(insn);
            if (insn.isMemory() && !Template.addresses(insn)
                    || !insn.isMemory() && Template.isHighByte(insn, insn.rm, toReg ? sourceSize : size)
                    || source != Place.I && Template.isHighByte(insn, insn.reg, toReg ? size : sourceSize)) {
                return null;
            }
            int form;
            if (source == Place.I) {
                form = insn.isMemory() ? MoveOp.STORE_IMM : MoveOp.REG_IMM;
            } else if (!insn.isMemory()) {
                form = MoveOp.REG_REG;
            } else {
                form = toReg ? MoveOp.LOAD : MoveOp.STORE;
            }
            return Template.of(MoveOp.class, form, size, signed ? -sourceSize : sourceSize)
                    .create(insn);
        };
    }

    public static @Nullable Op lea(Insn insn) {
        return Template.of(MoveOp.class, MoveOp.LEA, insn.operandSize, insn.operandSize)
                .create(insn);
    }

    /** Shifts and rotates of registers, by number in the encoding. */
    public static OpFactory shift(int operation) {
        return insn -> {
            int size = Operands.size(insn, 0);
            Place count = Operands.place(insn, 1);
            boolean zero = count == Place.I && (insn.immediate & 8L * size - 1) == 0;
            if (insn.isMemory() || size < 4 || zero) {
                return null;
            }
            int same = operation == 6 ? ShiftOp.SHL : operation;
            return Template.of(ShiftOp.class, same, count == Place.CL ? 1 : 0, size)
                    .create(insn);
        };
    }

    public static OpFactory multiply(boolean immediate) {
        return insn -> {
            if (insn.operandSize < 4 || insn.isMemory() && !Template.addresses(insn)) {
                return null;
            }
            return Template.of(MultiplyOp.class, insn.isMemory() ? 1 : 0, immediate ? 1 : 0, insn.operandSize)
                    .create(insn);
        };
    }

    public static @Nullable Op cmov(Insn insn) {
        if (insn.operandSize < 4 || insn.isMemory() && !Template.addresses(insn)) {
            return null;
        }
        int form = insn.isMemory() ? ConditionOp.MOVE_MEMORY : ConditionOp.MOVE;
        return Template.of(ConditionOp.class, form, insn.opcode & 15, insn.operandSize)
                .create(insn);
    }

    public static @Nullable Op setcc(Insn insn) {
        if (insn.isMemory() || Template.isHighByte(insn, insn.rm, 1)) {
            return null;
        }
        return Template.of(ConditionOp.class, ConditionOp.SET, insn.opcode & 15, 1)
                .create(insn);
    }

    // --- stack and control ---

    private static boolean plain(Insn insn) {
        return insn.flat && insn.operandSize == (insn.longMode ? 8 : 4);
    }

    private static @Nullable Op stack(Insn insn, int form) {
        return ifPlain(StackOp.class, insn, form);
    }

    private static @Nullable Op ifPlain(Class<? extends Template> template, Insn insn, int form) {
        return plain(insn) ? Template.of(template, form, insn.operandSize).create(insn) : null;
    }

    public static @Nullable Op push(Insn insn) {
        return insn.isMemory() ? null : stack(insn, StackOp.PUSH);
    }

    public static @Nullable Op pushImmediate(Insn insn) {
        return stack(insn, StackOp.PUSH_IMM);
    }

    public static @Nullable Op pop(Insn insn) {
        return stack(insn, StackOp.POP);
    }

    public static @Nullable Op leave(Insn insn) {
        return stack(insn, StackOp.LEAVE);
    }

    public static @Nullable Op ret(Insn insn) {
        return stack(insn, StackOp.RET);
    }

    public static @Nullable Op call(Insn insn) {
        return isTarget(insn) ? ifPlain(CallOp.class, insn, CallOp.DIRECT) : null;
    }

    public static @Nullable Op callIndirect(Insn insn) {
        if (insn.isMemory() && !Template.addresses(insn)) {
            return null;
        }
        return ifPlain(CallOp.class, insn, insn.isMemory() ? CallOp.MEMORY : CallOp.REGISTER);
    }

    public static @Nullable Op jump(Insn insn) {
        return jump(insn, JumpOp.ALWAYS);
    }

    public static @Nullable Op jumpIf(Insn insn) {
        return jump(insn, insn.opcode & 15);
    }

    private static @Nullable Op jump(Insn insn, int condition) {
        return isTarget(insn)
                ? Template.of(JumpOp.class, condition, insn.operandSize).create(insn)
                : null;
    }

    public static @Nullable Op jumpIndirect(Insn insn) {
        if (insn.isMemory() && !Template.addresses(insn)) {
            return null;
        }
        return ifPlain(JumpOp.class, insn, insn.isMemory() ? JumpOp.MEMORY : JumpOp.REGISTER);
    }

    /** The target of a direct transfer needs no check when it runs. */
    private static boolean isTarget(Insn insn) {
        long target = insn.nextRip() + insn.immediate;
        return plain(insn) && (!insn.longMode || target << 16 >> 16 == target);
    }

    /** A comparison and the conditional jump behind it as one, or null. */
    static @Nullable Op compareAndJump(Insn comparison, int operation, Insn jump) {
        int form = binaryForm(comparison);
        if (form < 0 || !isTarget(jump)) {
            return null;
        }
        int size = Operands.size(comparison, 0);
        return Template.of(CompareJumpOp.class, operation, form, size, jump.opcode & 15, jump.operandSize)
                .create(comparison, jump);
    }
}
