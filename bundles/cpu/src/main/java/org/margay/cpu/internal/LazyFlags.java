package org.margay.cpu.internal;

/**
 * The six arithmetic flags, computed only when somebody looks. An operation leaves in {@link CpuState} its kind, operands
 * and result, each sign-extended from the operand size to 64 bits: then bit 63 stands for the operand's top bit and one
 * formula serves all sizes.
 */
public final class LazyFlags {
    public static final int CF = 1, PF = 1 << 2, AF = 1 << 4, ZF = 1 << 6, SF = 1 << 7, OF = 1 << 11;
    public static final int TF = 1 << 8, IF = 1 << 9, DF = 1 << 10, IOPL = 3 << 12, NT = 1 << 14;
    public static final int RF = 1 << 16, VM = 1 << 17, AC = 1 << 18, VIF = 1 << 19, VIP = 1 << 20, ID = 1 << 21;

    /** The six. */
    public static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;

    /** flagA holds the six flags as RFLAGS bits. */
    public static final int EXPLICIT = 0;

    /** ADD and ADC: flagA + flagB (+ carry) gave flagResult. */
    public static final int ADD = 1;

    /** SUB, SBB, CMP, NEG: flagA - flagB (- borrow) gave flagResult. */
    public static final int SUB = 2;

    /** AND, OR, XOR, TEST: flagResult; CF, OF and AF are 0. */
    public static final int LOGIC = 3;

    /** INC: flagA + 1 gave flagResult; flagB is the CF from before. */
    public static final int INC = 4;

    /** DEC: flagA - 1 gave flagResult; flagB is the CF from before. */
    public static final int DEC = 5;

    /** Shifts, multiplications: ZF, SF, PF from flagResult; CF, OF, AF as bits in flagA. */
    public static final int PARTIAL = 6;

    private LazyFlags() {}

    /** All six, as RFLAGS bits. */
    public static int arithmetic(CpuState s) {
        if (s.flagOp == EXPLICIT) {
            return (int) s.flagA & ARITHMETIC;
        }
        return (cf(s) ? CF : 0)
                | (pf(s) ? PF : 0)
                | (af(s) ? AF : 0)
                | (zf(s) ? ZF : 0)
                | (sf(s) ? SF : 0)
                | (of(s) ? OF : 0);
    }

    /** RFLAGS as PUSHF would see it with all rights. */
    public static long rflags(CpuState s) {
        return s.flags | arithmetic(s) | 2;
    }

    /** Sets all of RFLAGS; the caller has masked what may change. */
    public static void setRflags(CpuState s, long value) {
        s.flags = value & ~ARITHMETIC | 2;
        s.attention |= (value & TF) != 0;
        setArithmetic(s, (int) value);
    }

    /** Sets the six from RFLAGS bits. */
    public static void setArithmetic(CpuState s, int bits) {
        s.flagOp = EXPLICIT;
        s.flagA = bits & ARITHMETIC;
    }

    /** Changes some of the six, keeps the others. */
    public static void update(CpuState s, int mask, int bits) {
        setArithmetic(s, arithmetic(s) & ~mask | bits & mask);
    }

    public static boolean cf(CpuState s) {
        long a = s.flagA;
        long b = s.flagB;
        return switch (s.flagOp) {
            case ADD -> ((a & b) | ((a | b) & ~s.flagResult)) < 0;
            case SUB -> ((~a & b) | ((~a | b) & s.flagResult)) < 0;
            case INC, DEC -> b != 0;
            case LOGIC -> false;
            default -> (a & CF) != 0;
        };
    }

    public static boolean of(CpuState s) {
        long a = s.flagA;
        long b = s.flagB;
        return switch (s.flagOp) {
            case ADD -> ((a ^ s.flagResult) & (b ^ s.flagResult)) < 0;
            case SUB -> ((a ^ b) & (a ^ s.flagResult)) < 0;
            case INC -> (~a & s.flagResult) < 0;
            case DEC -> (a & ~s.flagResult) < 0;
            case LOGIC -> false;
            default -> (a & OF) != 0;
        };
    }

    public static boolean zf(CpuState s) {
        return s.flagOp == EXPLICIT ? (s.flagA & ZF) != 0 : s.flagResult == 0;
    }

    public static boolean sf(CpuState s) {
        return s.flagOp == EXPLICIT ? (s.flagA & SF) != 0 : s.flagResult < 0;
    }

    public static boolean pf(CpuState s) {
        return s.flagOp == EXPLICIT ? (s.flagA & PF) != 0 : (Long.bitCount(s.flagResult & 0xFF) & 1) == 0;
    }

    public static boolean af(CpuState s) {
        return switch (s.flagOp) {
            case ADD, SUB -> ((s.flagA ^ s.flagB ^ s.flagResult) & 0x10) != 0;
            case INC, DEC -> ((s.flagA ^ s.flagResult) & 0x10) != 0;
            case LOGIC -> false;
            default -> (s.flagA & AF) != 0;
        };
    }

    /** A condition by its number in the encoding of Jcc, SETcc and CMOVcc (SDM vol. 2, appendix B, table B-1). */
    public static boolean condition(CpuState s, int code) {
        boolean holds = switch (code >>> 1) {
            case 0 -> of(s);
            case 1 -> cf(s);
            case 2 -> zf(s);
            case 3 -> cf(s) || zf(s);
            case 4 -> sf(s);
            case 5 -> pf(s);
            case 6 -> sf(s) != of(s);
            default -> zf(s) || sf(s) != of(s);
        };
        return holds == ((code & 1) == 0);
    }

    /** Operands and result must be sign-extended from the operand size. */
    public static void add(CpuState s, long a, long b, long result) {
        s.flagOp = ADD;
        s.flagA = a;
        s.flagB = b;
        s.flagResult = result;
    }

    /** Operands and result must be sign-extended from the operand size. */
    public static void sub(CpuState s, long a, long b, long result) {
        s.flagOp = SUB;
        s.flagA = a;
        s.flagB = b;
        s.flagResult = result;
    }

    /** The result must be sign-extended from the operand size. */
    public static void logic(CpuState s, long result) {
        s.flagOp = LOGIC;
        s.flagResult = result;
    }

    /** ZF, SF and PF from a sign-extended result; CF, OF and AF given. */
    public static void partial(CpuState s, long result, int bits) {
        s.flagOp = PARTIAL;
        s.flagResult = result;
        s.flagA = bits;
    }
}
