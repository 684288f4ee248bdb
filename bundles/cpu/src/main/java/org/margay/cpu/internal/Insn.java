package org.margay.cpu.internal;

/** One decoded instruction: what the table's row left open. Immutable once decoded; shared by all executions of its block. */
public final class Insn {
    /** Linear-space RIP (offset in CS) of the first byte, and the length in bytes, 1-15. */
    public long rip;

    public int length;

    /** Operand and address size in bytes: 2, 4 or 8. */
    public int operandSize, addressSize;

    /** 64-bit mode when the instruction was decoded. */
    public boolean longMode;

    public boolean lock, rep, repne, hasRex;

    /** ModRM fields, REX applied to reg, rm, base and index. mod 3 means {@link #rm} is a register. */
    public int mod, reg, rm;

    /** Memory operand: base and index are register numbers or -1; base 16 is RIP (disp then holds the whole offset). */
    public int base = -1, index = -1, scale;

    public long displacement;

    /** Segment of the memory operand, overrides applied; -1 without memory operand. */
    public int segment = -1;

    /** Immediate, sign-extended as the row says; the second one for ENTER, far pointers (selector) and EXTRQ-like forms. */
    public long immediate;

    public int immediate2;

    public boolean isMemory() {
        return mod != 3;
    }
}
