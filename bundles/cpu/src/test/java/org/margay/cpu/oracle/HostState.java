package org.margay.cpu.oracle;

import java.util.Arrays;

/**
 * What a snippet starts with and what it leaves behind, as user mode sees it. Plain and mutable: {@link
 * NativeCpu#run(Mode, byte[], HostState)} reads the input from it and writes the outcome into it.
 */
public final class HostState {
    /** RFLAGS bits that user mode owns and that are compared: CF PF AF ZF SF DF OF NT AC ID. */
    public static final long FLAGS_MASK = 0x24_4CD5;

    /** No exception: {@link #vector}. */
    public static final int NO_FAULT = -1;

    /**
     * General registers in encoding order: RAX RCX RDX RBX RSP RBP RSI RDI R8-R15. In 32-bit runs the low halves of
     * the first 8 count.
     */
    public final long[] r = new long[16];

    /**
     * RFLAGS; on the way in only CF PF AF ZF SF DF OF NT AC ID may be set, other bits are ignored. On the way out
     * only those.
     */
    public long flags;

    /** Base of GS for the snippet, where the host lets user mode set it; see {@link NativeCpu#hasGsBase()}. In only. */
    public long gsBase;

    /** Low and high half of XMM n at 2n and 2n+1. */
    public final long[] xmm = new long[32];

    public int mxcsr = 0x1F80;

    /** x87 control and status word (TOP in bits 11-13 of the status word). */
    public int fpControl = 0x037F, fpStatus;

    /** Abridged tags as FXSAVE has them: bit n set means that physical register n is in use (SDM vol. 1, 10.5.1.1). */
    public int fpTag;

    /**
     * ST(0)-ST(7), relative to TOP: significand, and sign with biased exponent in the low 16 bits. MMX registers
     * alias the significands.
     */
    public final long[] stMantissa = new long[8];

    public final int[] stExponent = new int[8];

    /** Last x87 opcode and pointers; AMD processors may keep them only while an exception is pending. */
    public int fpOpcode;

    public long fpInstruction, fpData;

    // --- outcome ---

    /** Selectors of DS and ES. Out only. */
    public int ds, es;

    /** Selector of CS where the snippet stopped, when an exception or a landing outside of it ended it; else 0. */
    public int cs;

    /**
     * Linear address where the snippet stopped: one past its last byte when it ran through, a branch target, or the
     * faulting instruction.
     */
    public long rip;

    /**
     * Vector of the exception that ended the snippet (0 #DE, 6 #UD, 13 #GP, 14 #PF, 16 #MF, 19 #XM ...), or {@link
     * #NO_FAULT}.
     */
    public int vector = NO_FAULT;

    /** Error code of that exception, as the processor pushed it; 0 for vectors without one. */
    public int errorCode;

    /** CR2; meaningful when {@link #vector} is 14. */
    public long faultAddress;

    public HostState copy() {
        HostState copy = new HostState();
        copy.set(this);
        return copy;
    }

    /** Takes over everything from {@code other}. */
    public void set(HostState other) {
        System.arraycopy(other.r, 0, r, 0, 16);
        System.arraycopy(other.xmm, 0, xmm, 0, 32);
        System.arraycopy(other.stMantissa, 0, stMantissa, 0, 8);
        System.arraycopy(other.stExponent, 0, stExponent, 0, 8);
        flags = other.flags;
        gsBase = other.gsBase;
        mxcsr = other.mxcsr;
        fpControl = other.fpControl;
        fpStatus = other.fpStatus;
        fpTag = other.fpTag;
        fpOpcode = other.fpOpcode;
        fpInstruction = other.fpInstruction;
        fpData = other.fpData;
        ds = other.ds;
        es = other.es;
        cs = other.cs;
        rip = other.rip;
        vector = other.vector;
        errorCode = other.errorCode;
        faultAddress = other.faultAddress;
    }

    /** TOP of the x87 stack, 0-7. */
    public int fpTop() {
        return fpStatus >> 11 & 7;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String[] names = {
            "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
        };
        for (int i = 0; i < 16; i++) {
            text.append("%-3s %016x%s".formatted(names[i], r[i], i % 4 == 3 ? "\n" : "  "));
        }
        text.append("rip %x flags %x vector %d error %x cr2 %x mxcsr %04x\n"
                .formatted(rip, flags, vector, errorCode, faultAddress, mxcsr));
        text.append("fcw %04x fsw %04x tag %02x".formatted(fpControl, fpStatus, fpTag));
        for (int i = 0; i < 8; i++) {
            text.append(
                    "%s st%d %04x:%016x".formatted(i % 4 == 0 ? "\n" : "", i, stExponent[i] & 0xFFFF, stMantissa[i]));
        }
        for (int i = 0; i < 16; i++) {
            text.append("%sxmm%-2d %016x_%016x".formatted(i % 2 == 0 ? "\n" : "  ", i, xmm[2 * i + 1], xmm[2 * i]));
        }
        return text.append('\n').toString();
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof HostState other
                && Arrays.equals(r, other.r)
                && Arrays.equals(xmm, other.xmm)
                && Arrays.equals(stMantissa, other.stMantissa)
                && Arrays.equals(stExponent, other.stExponent)
                && flags == other.flags
                && gsBase == other.gsBase
                && mxcsr == other.mxcsr
                && fpControl == other.fpControl
                && fpStatus == other.fpStatus
                && fpTag == other.fpTag
                && rip == other.rip
                && vector == other.vector
                && errorCode == other.errorCode
                && faultAddress == other.faultAddress;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(r);
    }
}
