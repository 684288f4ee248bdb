package org.margay.cpu.internal;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.decode.CodeMode;
import org.margay.cpu.internal.table.Row;

/** One decoded instruction: what the table's row left open. Immutable once decoded; shared by all executions of its block. */
public final class Insn {
    /** As {@link #base} or {@link #index}: no register. {@link CpuState#r} is always 0 there. */
    public static final int NO_REGISTER = 16;

    /** The row that matched; null only while decoding. */
    public @Nullable Row row;

    /** What the instruction was decoded for. */
    public CodeMode mode = CodeMode.REAL;

    /** Offset in CS of the first byte, and the length in bytes, 1-15. */
    public long rip;

    public int length;

    /** The opcode byte, behind any escape bytes. */
    public int opcode;

    /** Operand and address size in bytes: 2, 4 or 8. */
    public int operandSize, addressSize;

    /** 64-bit mode when the instruction was decoded. */
    public boolean longMode;

    /** Segments need no look where it was decoded for, and CS reaches over all 4 GiB: see {@link Cpu#isFlat()}. */
    public boolean flat;

    public boolean lock, rep, repne, hasRex, prefix66;

    /**
     * ModRM fields, REX applied to reg, rm, base and index. mod 3 means {@link #rm} is a register. Rows with a register in
     * the opcode have it in {@link #rm}, with mod 3.
     */
    public int mod = 3, reg, rm;

    /** Memory operand: register numbers or {@link #NO_REGISTER}; index is shifted left by scale, 0-3. */
    public int base = NO_REGISTER, index = NO_REGISTER, scale;

    /** Sign-extended; for RIP-relative operands the whole offset. */
    public long displacement;

    /** Segment of the memory operand (or of DS:rSI), overrides applied. */
    public int segment = CpuState.DS;

    /** Immediate, sign-extended from its width; the second one for ENTER and far pointers (selector). */
    public long immediate;

    public int immediate2;

    public boolean isMemory() {
        return mod != 3;
    }

    /** Offset in CS of the instruction behind this one, not cut to the operand size. */
    public long nextRip() {
        return rip + length;
    }

    /** Offset within the segment of the memory operand: cut to the address size. */
    public long effectiveAddress(Cpu cpu) {
        long offset = cpu.r[base] + (cpu.r[index] << scale) + displacement;
        return addressSize == 8 ? offset : addressSize == 4 ? offset & 0xFFFF_FFFFL : offset & 0xFFFF;
    }

    /**
     * Linear address of the memory operand, checked against the segment's limit and type, or for being canonical.
     *
     * @param size bytes that will be accessed from there
     * @param write whether they will be written
     * @throws GuestFault #GP(0) or #SS(0)
     */
    public long linearAddress(Cpu cpu, int size, boolean write) {
        return cpu.linear(segment, effectiveAddress(cpu), size, write);
    }
}
