package org.margay.cpu.internal.system;

/** Bits of RFLAGS (SDM vol. 3, 2.3). */
public final class Rflags {
    public static final long CF = 1, PF = 1 << 2, AF = 1 << 4, ZF = 1 << 6, SF = 1 << 7;
    public static final long TF = 1 << 8, IF = 1 << 9, DF = 1 << 10, OF = 1 << 11;
    public static final long IOPL = 3 << 12, NT = 1 << 14, RF = 1 << 16, VM = 1 << 17, AC = 1 << 18;
    public static final long VIF = 1 << 19, VIP = 1 << 20, ID = 1 << 21;

    /** Bit 1 reads as one. */
    public static final long FIXED = 2;

    /** CF, PF, AF, ZF, SF and OF. */
    public static final long ARITHMETIC = CF | PF | AF | ZF | SF | OF;

    /** All that exist. */
    public static final long ALL = ARITHMETIC | TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID;

    private Rflags() {}

    /** I/O privilege level, 0-3. */
    public static int iopl(long flags) {
        return (int) (flags >>> 12) & 3;
    }
}
