package org.margay.cpu.internal.jit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.simd.PackedInteger;
import org.margay.cpu.internal.table.Operand;

/** The SSE instructions that are translated, and what is to be known of them before. */
final class SseInstructions {
    /** Operations on both halves, by mnemonic: names of {@link PackedInteger}'s methods. */
    static final Map<String, String> LANES = new HashMap<>();

    /** Shifts by a count. */
    static final Map<String, String> SHIFTS = new HashMap<>();

    /** Interleaving, low halves: what to call. */
    static final Map<String, String> INTERLEAVE = Map.of("bw", "Bytes", "wd", "Words", "dq", "Dwords", "ps", "Dwords");

    /** Arithmetic by the first part of its mnemonic. */
    static final Map<String, String> FLOAT = Map.of(
            "add",
            "add",
            "sub",
            "subtract",
            "mul",
            "multiply",
            "div",
            "divide",
            "sqrt",
            "squareRoot",
            "min",
            "min",
            "max",
            "max");

    static final Set<String> WHOLE_MOVES = Set.of(
            "movaps", "movapd", "movdqa", "movups", "movupd", "movdqu", "movntps", "movntpd", "movntdq", "lddqu");
    static final Set<String> ALIGNED_MOVES = Set.of("movaps", "movapd", "movdqa", "movntps", "movntpd", "movntdq");
    private static final Set<String> OTHERS = Set.of(
            "movsd",
            "movss",
            "movq",
            "movd",
            "movlps",
            "movlpd",
            "movhps",
            "movhpd",
            "movhlps",
            "movlhps",
            "movddup",
            "unpcklps",
            "unpckhps",
            "unpcklpd",
            "unpckhpd",
            "punpcklqdq",
            "punpckhqdq",
            "shufpd",
            "shufps",
            "pshufd",
            "pmovmskb",
            "movmskpd",
            "ucomisd",
            "comisd",
            "ucomiss",
            "comiss",
            "cvtsi2sd",
            "cvtsi2ss",
            "cvttsd2si",
            "cvtss2sd",
            "cvtsd2ss",
            "cmpsd",
            "punpcklbw",
            "punpcklwd",
            "punpckldq",
            "punpckhbw",
            "punpckhwd",
            "punpckhdq",
            "psrldq",
            "pslldq",
            "movnti");

    static {
        String[] lanes = {
            "paddb",
            "addBytes",
            "paddw",
            "addWords",
            "paddd",
            "addDwords",
            "paddq",
            "addQwords",
            "psubb",
            "subtractBytes",
            "psubw",
            "subtractWords",
            "psubd",
            "subtractDwords",
            "psubq",
            "subtractQwords",
            "pmuludq",
            "multiplyUnsignedDwords",
            "pand",
            "and",
            "pandn",
            "andNot",
            "por",
            "or",
            "pxor",
            "xor",
            "andps",
            "and",
            "andnps",
            "andNot",
            "orps",
            "or",
            "xorps",
            "xor",
            "andpd",
            "and",
            "andnpd",
            "andNot",
            "orpd",
            "or",
            "xorpd",
            "xor",
            "pcmpeqb",
            "equalBytes",
            "pcmpeqw",
            "equalWords",
            "pcmpeqd",
            "equalDwords",
            "pcmpgtb",
            "greaterBytes",
            "pcmpgtw",
            "greaterWords",
            "pcmpgtd",
            "greaterDwords",
            "pminub",
            "minUnsignedBytes",
            "pmaxub",
            "maxUnsignedBytes"
        };
        for (int i = 0; i < lanes.length; i += 2) {
            LANES.put(lanes[i], lanes[i + 1]);
        }
        for (String size : new String[] {"w", "d", "q"}) {
            String name = size.equals("w") ? "Words" : size.equals("d") ? "Dwords" : "Qwords";
            SHIFTS.put("psrl" + size, "shiftRight" + name);
            SHIFTS.put("psll" + size, "shiftLeft" + name);
            SHIFTS.put("psra" + size, "shiftArithmetic" + name);
        }
    }

    private SseInstructions() {}

    static boolean knows(Insn insn) {
        String group = Traits.row(insn).group();
        if (!group.startsWith("sse-") || !Traits.isAddressable(insn)) {
            return false;
        }
        for (Operand operand : Traits.row(insn).operands()) {
            switch (operand.place()) {
                case P, Q, N -> {
                    return false;
                }
                default -> {}
            }
        }
        String mnemonic = Traits.mnemonic(insn);
        if (mnemonic.equals("cmpsd")) {
            return (insn.immediate & 3) != 3;
        }
        return OTHERS.contains(mnemonic)
                || WHOLE_MOVES.contains(mnemonic)
                || LANES.containsKey(mnemonic)
                || SHIFTS.containsKey(mnemonic)
                || isArithmetic(mnemonic);
    }

    static boolean isArithmetic(String mnemonic) {
        String kind = mnemonic.substring(Math.max(0, mnemonic.length() - 2));
        String name = mnemonic.substring(0, mnemonic.length() - kind.length());
        boolean extreme = name.equals("min") || name.equals("max");
        return FLOAT.containsKey(name)
                && switch (kind) {
                    case "sd", "pd" -> true;
                    case "ss", "ps" -> !extreme;
                    default -> false;
                };
    }

    /** Whether the region may be left in the middle of it. */
    static boolean mayLeave(Insn insn) {
        String mnemonic = Traits.mnemonic(insn);
        return insn.isMemory()
                || isArithmetic(mnemonic)
                || mnemonic.startsWith("cvt")
                || mnemonic.contains("comis")
                || mnemonic.equals("cmpsd");
    }

    static boolean setsFlags(Insn insn) {
        return Traits.mnemonic(insn).contains("comis");
    }

    static int usedVectors(Insn insn) {
        int bits = 0;
        for (Operand operand : Traits.row(insn).operands()) {
            bits |= switch (operand.place()) {
                case V -> 1 << insn.reg;
                case W, U -> insn.isMemory() ? 0 : 1 << insn.rm;
                default -> 0;
            };
        }
        return bits;
    }
}
