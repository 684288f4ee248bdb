package org.margay.cpu.internal;

import org.margay.cpu.internal.debug.OutsideStops;
import org.margay.memory.GuestRam;

/**
 * What software sees of one processor, as plain fields: the interpreter and (later) translated code touch them on every
 * instruction. Confined to the vCPU's thread while it runs, to the machine loop while it stands.
 */
public class CpuState extends RequestBits {
    /** Indices into the segment arrays, in the order of the machine's encoding (SDM vol. 2, table 2-1). */
    public static final int ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5, LDTR = 6, TR = 7;

    public static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

    /** General registers; index as encoded, R8-R15 follow. The 17th is always 0: "no register" in an address. */
    public final long[] r = new long[17];

    /** Address of the next instruction, within CS. */
    public long rip;

    // --- RFLAGS: the six arithmetic flags are lazy, the rest is in {@link #flags} ---

    /** RFLAGS without CF, PF, AF, ZF, SF, OF; bit 1 is set. */
    public long flags = 2;

    /** How to compute the arithmetic flags: a constant of {@link LazyFlags}. */
    public int flagOp;

    /** What {@link LazyFlags} computes them from: first and second operand and result, sign-extended, or flag bits. */
    public long flagA, flagB, flagResult;

    // --- segments: the hidden part as loaded (SDM vol. 3, 3.4.3) ---

    public final int[] selector = new int[8];

    /** Indexed like the selectors; the 9th is always 0: "no segment". */
    public final long[] segBase = new long[9];

    /** Limit in bytes, granularity applied; unsigned 32 bits. */
    public final long[] segLimit = new long[8];

    /** Descriptor bytes 5 and 6 as a 16-bit value: type in bits 0-3, S 4, DPL 5-6, P 7, AVL 12, L 13, D/B 14, G 15. */
    public final int[] segAttr = new int[8];

    public long gdtBase, idtBase;
    public int gdtLimit = 0xFFFF, idtLimit = 0xFFFF;

    // --- control, debug and model-specific registers ---

    public long cr0, cr2, cr3, cr4, efer;
    public final long[] dr = new long[8];
    public long star, lstar, cstar, sfmask, kernelGsBase, tscAux;
    public long sysenterCs, sysenterEsp, sysenterEip, pat = 0x0007040600070406L, miscEnable;

    /** Current privilege level, 0-3; 3 in virtual-8086 mode. */
    public int cpl;

    /** True from HLT until the next interrupt, reset or INIT. */
    public boolean halted;

    /** Interrupts are held off for one instruction after STI, MOV SS and POP SS. */
    public boolean interruptShadow;

    /**
     * The engine must look before the next block: one of halted, interruptShadow, RFLAGS.TF or debug registers may need
     * it. Whoever sets these sets this; the engine clears it when there is no more reason.
     */
    public boolean attention = true;

    /** NMIs are held off from the delivery of one until the next IRET (SDM vol. 3, 6.7.1). */
    public boolean nmiBlocked;

    /** Low bits of DR6 that accesses of the instruction under way have hit. */
    public int debugPending;

    /** {@link org.margay.memory.GuestRam#watchCode}: of this processor. */
    public int watchCode = GuestRam.watchCode(0);

    /** What a debugger outside of the guest waits for. */
    public final OutsideStops outside = new OutsideStops();

    // --- vectors: low and high half of XMM n at 2n and 2n+1 ---

    public final long[] xmm = new long[32];
    public int mxcsr = 0x1F80;

    // --- x87 (SDM vol. 1, chapter 8): physical registers, ST(i) is (top + i) & 7 ---

    /** Significands, explicit integer bit included; MMX registers alias them. */
    public final long[] fpMantissa = new long[8];

    /** Sign in bit 15, biased exponent in bits 0-14. */
    public final short[] fpExponent = new short[8];

    public int fpControl = 0x037F;

    /** Status word without TOP, which is in {@link #fpTop}. */
    public int fpStatus;

    public int fpTop;

    /** Bit n set: physical register n is empty. */
    public int fpEmpty = 0xFF;

    public int fpOpcode;
    public int fpCodeSelector, fpDataSelector;
    public long fpCodeOffset, fpDataOffset;
}
