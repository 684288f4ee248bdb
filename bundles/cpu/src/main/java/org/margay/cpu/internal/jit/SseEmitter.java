package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.INT;
import static org.margay.cpu.internal.jit.CodeWriter.LONG;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.simd.Masks;
import org.margay.cpu.internal.simd.PackedInteger;
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;

/**
 * Writes the code of SSE instructions on XMM registers, whose halves are longs. Floating point is the host's where that is
 * the same: see {@link SseMath}.
 */
final class SseEmitter {
    private static final ClassDesc MATH = CodeWriter.describe(SseMath.class);
    private static final ClassDesc PACKED = CodeWriter.describe(PackedInteger.class);
    private static final ClassDesc MASKS = CodeWriter.describe(Masks.class);
    private static final MethodTypeDesc BINARY = MethodTypeDesc.of(LONG, LONG, LONG);
    private static final long LOW32 = 0xFFFF_FFFFL;

    /** Operations on both halves, by mnemonic: names of {@link PackedInteger}'s methods. */
    private static final Map<String, String> LANES = new HashMap<>();

    /** Shifts by a count. */
    private static final Map<String, String> SHIFTS = new HashMap<>();

    /** Interleaving, low halves: what to call. */
    private static final Map<String, String> INTERLEAVE =
            Map.of("bw", "Bytes", "wd", "Words", "dq", "Dwords", "ps", "Dwords");

    /** Arithmetic by the first part of its mnemonic. */
    private static final Map<String, String> FLOAT = Map.of(
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

    private static final Set<String> WHOLE_MOVES = Set.of(
            "movaps", "movapd", "movdqa", "movups", "movupd", "movdqu", "movntps", "movntpd", "movntdq", "lddqu");
    private static final Set<String> ALIGNED_MOVES =
            Set.of("movaps", "movapd", "movdqa", "movntps", "movntpd", "movntdq");
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

    private final CodeWriter w;
    private final CodeBuilder cb;

    SseEmitter(CodeWriter writer) {
        w = writer;
        cb = writer.cb;
    }

    // --- what it knows ---

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

    private static boolean isArithmetic(String mnemonic) {
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
        return vectors(insn, false);
    }

    static int writtenVectors(Insn insn) {
        return vectors(insn, true);
    }

    private static int vectors(Insn insn, boolean writtenOnly) {
        int bits = 0;
        for (Operand operand : Traits.row(insn).operands()) {
            if (writtenOnly && !operand.written()) {
                continue;
            }
            bits |= switch (operand.place()) {
                case V -> 1 << insn.reg;
                case W, U -> insn.isMemory() ? 0 : 1 << insn.rm;
                default -> 0;
            };
        }
        return bits;
    }

    // --- pieces ---

    private void get(int register, int half) {
        cb.lload(w.vector(register, half));
    }

    private void set(int register, int half) {
        cb.lstore(w.vectorToWrite(register, half));
        w.ordinary &= ~(1L << 2 * register + half);
    }

    private void setOrdinary(int register, int half) {
        set(register, half);
        w.ordinary |= 1L << 2 * register + half;
    }

    private boolean isOrdinary(int register, int half) {
        return (w.ordinary >>> 2 * register + half & 1) != 0;
    }

    private void packed(String name) {
        cb.invokestatic(PACKED, name, BINARY);
    }

    /** The 16 bytes of the source to T0 and T1. */
    private void source(Insn insn, boolean aligned) {
        if (!insn.isMemory()) {
            get(insn.rm, 0);
            cb.lstore(T0);
            get(insn.rm, 1);
            cb.lstore(T1);
            return;
        }
        hostAddress(insn, aligned, "readable");
        cb.lload(T2);
        w.loadHost(8);
        cb.lstore(T0).lload(T2).loadConstant(8L).ladd();
        w.loadHost(8);
        cb.lstore(T1);
    }

    /** Host address of a 16-byte operand to T2. */
    private void hostAddress(Insn insn, boolean aligned, String right) {
        w.pushTlb();
        w.pushAddress(insn);
        if (aligned) {
            cb.invokestatic(MATH, "aligned", MethodTypeDesc.of(LONG, LONG));
        }
        cb.loadConstant(16)
                .invokestatic(CodeWriter.ACCESS, right, MethodTypeDesc.of(LONG, CodeWriter.LONGS, LONG, LONG, INT));
        cb.lstore(T2);
    }

    /** The low 8 or 4 bytes of the source, the latter zero-extended. */
    private void pushScalar(Insn insn, int size) {
        if (insn.isMemory()) {
            w.pushMemory(insn, size);
        } else {
            get(insn.rm, 0);
        }
        if (size == 4) {
            cb.loadConstant(LOW32).land();
        }
    }

    private void pushMode() {
        cb.aload(CodeWriter.THIS_CPU).getfield(CodeWriter.STATE, "mxcsr", INT);
    }

    // --- instructions ---

    void emit(Insn insn) {
        String mnemonic = Traits.mnemonic(insn);
        if (LANES.containsKey(mnemonic)) {
            lanes(insn, LANES.get(mnemonic));
        } else if (WHOLE_MOVES.contains(mnemonic)) {
            moveWhole(insn, ALIGNED_MOVES.contains(mnemonic));
        } else if (SHIFTS.containsKey(mnemonic)) {
            shift(insn, SHIFTS.get(mnemonic));
        } else if (isArithmetic(mnemonic)) {
            arithmetic(insn, mnemonic);
        } else {
            other(insn, mnemonic);
        }
    }

    private void lanes(Insn insn, String name) {
        boolean cleared = name.equals("xor") && !insn.isMemory() && insn.reg == insn.rm;
        if (cleared) {
            for (int half = 0; half < 2; half++) {
                cb.loadConstant(0L);
                setOrdinary(insn.reg, half);
            }
            return;
        }
        source(insn, true);
        for (int half = 0; half < 2; half++) {
            get(insn.reg, half);
            cb.lload(half == 0 ? T0 : T1);
            switch (name) {
                case "and" -> cb.land();
                case "or" -> cb.lor();
                case "xor" -> cb.lxor();
                default -> packed(name);
            }
            set(insn.reg, half);
        }
    }

    private static boolean stores(Insn insn) {
        return Traits.place(insn, 0) == Place.W || Traits.place(insn, 0) == Place.M;
    }

    private void moveWhole(Insn insn, boolean aligned) {
        if (!stores(insn)) {
            source(insn, aligned);
            move(insn.reg, insn.isMemory() ? -1 : insn.rm);
        } else if (!insn.isMemory()) {
            get(insn.reg, 0);
            cb.lstore(T0);
            get(insn.reg, 1);
            cb.lstore(T1);
            move(insn.rm, insn.reg);
        } else {
            hostAddress(insn, aligned, "writable");
            get(insn.reg, 0);
            cb.lstore(T0);
            get(insn.reg, 1);
            cb.lstore(T1);
            w.storeHost(T2, 8, T0);
            cb.lload(T2).loadConstant(8L).ladd().lstore(T2);
            w.storeHost(T2, 8, T1);
        }
    }

    /** T0 and T1 to a register; they came from another one, or from memory. */
    private void move(int to, int from) {
        long known = from < 0 ? 0 : w.ordinary >>> 2 * from & 3;
        cb.lload(T0);
        set(to, 0);
        cb.lload(T1);
        set(to, 1);
        w.ordinary |= known << 2 * to;
    }

    private void shift(Insn insn, String name) {
        boolean immediate = Traits.place(insn, 1) == Place.I;
        int register = immediate ? insn.rm : insn.reg;
        if (!immediate) {
            source(insn, true);
        }
        for (int half = 0; half < 2; half++) {
            get(register, half);
            if (immediate) {
                cb.loadConstant(insn.immediate & 0xFF);
            } else {
                cb.lload(T0);
            }
            packed(name);
            set(register, half);
        }
    }

    private void arithmetic(Insn insn, String mnemonic) {
        String kind = mnemonic.substring(mnemonic.length() - 2);
        String name = Objects.requireNonNull(FLOAT.get(mnemonic.substring(0, mnemonic.length() - 2)));
        switch (kind) {
            case "sd" -> {
                boolean known = !insn.isMemory() && isOrdinary(insn.rm, 0);
                pushScalar(insn, 8);
                cb.lstore(T0);
                doubles(name, insn.reg, 0, T0, known);
                setOrdinary(insn.reg, 0);
                learn(insn, name, 0);
            }
            case "pd" -> {
                boolean knownLow = !insn.isMemory() && isOrdinary(insn.rm, 0);
                boolean knownHigh = !insn.isMemory() && isOrdinary(insn.rm, 1);
                source(insn, true);
                doubles(name, insn.reg, 0, T0, knownLow);
                cb.lstore(T2);
                doubles(name, insn.reg, 1, T1, knownHigh);
                cb.lstore(T3).lload(T2);
                setOrdinary(insn.reg, 0);
                cb.lload(T3);
                setOrdinary(insn.reg, 1);
                learn(insn, name, 0);
                learn(insn, name, 1);
            }
            case "ss" -> {
                pushScalar(insn, 4);
                cb.lstore(T0);
                get(insn.reg, 0);
                cb.loadConstant(~LOW32).land();
                singles(name, () -> get(insn.reg, 0), () -> cb.lload(T0));
                cb.lor();
                set(insn.reg, 0);
            }
            default -> {
                source(insn, true);
                for (int half = 0; half < 2; half++) {
                    int from = half == 0 ? T0 : T1;
                    int register = insn.reg;
                    int part = half;
                    singles(name, () -> get(register, part), () -> cb.lload(from));
                    singles(
                            name,
                            () -> {
                                get(register, part);
                                cb.loadConstant(32).lushr();
                            },
                            () -> cb.lload(from).loadConstant(32).lushr());
                    cb.loadConstant(32).lshl().lor().lstore(half == 0 ? T2 : T3);
                }
                cb.lload(T2);
                set(insn.reg, 0);
                cb.lload(T3);
                set(insn.reg, 1);
            }
        }
    }

    /** The source register passed the look, too. */
    private void learn(Insn insn, String name, int half) {
        if (!insn.isMemory() && insn.rm != insn.reg && !name.equals("squareRoot")) {
            w.ordinary |= 1L << 2 * insn.rm + half;
        }
    }

    /** One double operation: destination's half with a local. */
    private void doubles(String name, int register, int half, int local, boolean known) {
        pushMode();
        if (name.equals("squareRoot")) {
            cb.lload(local).invokestatic(MATH, "squareRootDouble", MethodTypeDesc.of(LONG, INT, LONG));
            return;
        }
        get(register, half);
        cb.lload(local).loadConstant(isOrdinary(register, half) ? 1 : 0).loadConstant(known ? 1 : 0);
        cb.invokestatic(
                MATH,
                name + "Double",
                MethodTypeDesc.of(LONG, INT, LONG, LONG, CodeWriter.BOOLEAN, CodeWriter.BOOLEAN));
    }

    private void singles(String name, Runnable a, Runnable b) {
        pushMode();
        if (name.equals("squareRoot")) {
            b.run();
            cb.invokestatic(MATH, "squareRootSingle", MethodTypeDesc.of(LONG, INT, LONG));
            return;
        }
        a.run();
        b.run();
        cb.invokestatic(MATH, name + "Single", MethodTypeDesc.of(LONG, INT, LONG, LONG));
    }

    private void other(Insn insn, String mnemonic) {
        int d = insn.reg;
        switch (mnemonic) {
            case "movsd", "movss" -> moveScalar(insn, mnemonic.equals("movsd") ? 8 : 4);
            case "movq" -> {
                if (!stores(insn)) {
                    pushScalar(insn, 8);
                    set(d, 0);
                    cb.loadConstant(0L);
                    set(d, 1);
                } else if (insn.isMemory()) {
                    storeHalf(insn, d, 0, 8);
                } else {
                    get(d, 0);
                    set(insn.rm, 0);
                    cb.loadConstant(0L);
                    set(insn.rm, 1);
                }
            }
            case "movd" -> moveGeneral(insn);
            case "movnti" -> {
                int size = insn.operandSize == 8 ? 8 : 4;
                w.pushTlb();
                w.pushAddress(insn);
                w.pushRegister(insn.reg);
                w.store(size);
            }
            case "movlps", "movlpd", "movhps", "movhpd" -> {
                int half = mnemonic.charAt(3) == 'h' ? 1 : 0;
                if (stores(insn)) {
                    storeHalf(insn, d, half, 8);
                } else {
                    w.pushMemory(insn, 8);
                    set(d, half);
                }
            }
            case "movhlps" -> {
                get(insn.rm, 1);
                set(d, 0);
            }
            case "movlhps" -> {
                get(insn.rm, 0);
                set(d, 1);
            }
            case "movddup" -> {
                pushScalar(insn, 8);
                cb.lstore(T0).lload(T0);
                set(d, 0);
                cb.lload(T0);
                set(d, 1);
            }
            case "unpcklpd", "punpcklqdq" -> {
                boolean known = !insn.isMemory() && isOrdinary(insn.rm, 0);
                source(insn, true);
                cb.lload(T0);
                set(d, 1);
                w.ordinary |= known ? 2L << 2 * d : 0;
            }
            case "unpckhpd", "punpckhqdq" -> {
                boolean knownHigh = !insn.isMemory() && isOrdinary(insn.rm, 1);
                boolean knownLow = isOrdinary(d, 1);
                source(insn, true);
                get(d, 1);
                set(d, 0);
                cb.lload(T1);
                set(d, 1);
                w.ordinary |= (knownHigh ? 2L : 0) << 2 * d | (knownLow ? 1L : 0) << 2 * d;
            }
            case "shufpd" -> {
                source(insn, true);
                get(d, (int) insn.immediate & 1);
                cb.lload((insn.immediate & 2) == 0 ? T0 : T1);
                set(d, 1);
                set(d, 0);
            }
            case "shufps" -> {
                source(insn, true);
                get(d, 0);
                get(d, 1);
                dwords((int) insn.immediate & 15);
                cb.lload(T0).lload(T1);
                dwords((int) insn.immediate >> 4 & 15);
                set(d, 1);
                set(d, 0);
            }
            case "pshufd" -> {
                source(insn, true);
                cb.lload(T0).lload(T1);
                dwords((int) insn.immediate & 15);
                set(d, 0);
                cb.lload(T0).lload(T1);
                dwords((int) insn.immediate >> 4 & 15);
                set(d, 1);
            }
            case "pmovmskb" -> {
                get(insn.rm, 0);
                cb.invokestatic(MASKS, "ofBytes", MethodTypeDesc.of(INT, LONG));
                get(insn.rm, 1);
                cb.invokestatic(MASKS, "ofBytes", MethodTypeDesc.of(INT, LONG));
                cb.loadConstant(8).ishl().ior().i2l();
                w.popRegister(insn, d, 4);
            }
            case "movmskpd" -> {
                get(insn.rm, 0);
                cb.loadConstant(63).lushr();
                get(insn.rm, 1);
                cb.loadConstant(63).lushr().loadConstant(1).lshl().lor();
                w.popRegister(insn, d, 4);
            }
            case "psrldq", "pslldq" -> shiftBytes(insn.rm, 8 * Math.min((int) insn.immediate & 0xFF, 16), mnemonic);
            case "ucomisd", "comisd", "ucomiss", "comiss" -> {
                boolean doubles = mnemonic.endsWith("d");
                pushScalar(insn, doubles ? 8 : 4);
                cb.lstore(T0);
                pushMode();
                get(d, 0);
                cb.lload(T0);
                cb.invokestatic(
                        MATH, doubles ? "compareDouble" : "compareSingle", MethodTypeDesc.of(LONG, INT, LONG, LONG));
                cb.lstore(CodeWriter.FLAG_A);
                w.setFlags(JitFlags.EXPLICIT, 8);
            }
            case "cmpsd" -> {
                pushScalar(insn, 8);
                cb.lstore(T0);
                pushMode();
                get(d, 0);
                cb.lload(T0).loadConstant((int) insn.immediate & 7);
                cb.invokestatic(MATH, "maskDouble", MethodTypeDesc.of(LONG, INT, LONG, LONG, INT));
                set(d, 0);
            }
            case "cvtsi2sd", "cvtsi2ss", "cvttsd2si", "cvtss2sd", "cvtsd2ss" -> convert(insn, mnemonic);
            default -> interleave(insn, mnemonic);
        }
    }

    private void dwords(int order) {
        cb.loadConstant(order).invokestatic(MATH, "dwords", MethodTypeDesc.of(LONG, LONG, LONG, INT));
    }

    private void storeHalf(Insn insn, int register, int half, int size) {
        w.pushTlb();
        w.pushAddress(insn);
        get(register, half);
        w.store(size);
    }

    private void moveScalar(Insn insn, int size) {
        boolean store = stores(insn);
        if (insn.isMemory()) {
            if (store) {
                storeHalf(insn, insn.reg, 0, size);
            } else {
                pushScalar(insn, size);
                set(insn.reg, 0);
                cb.loadConstant(0L);
                setOrdinary(insn.reg, 1);
            }
            return;
        }
        int to = store ? insn.rm : insn.reg;
        int from = store ? insn.reg : insn.rm;
        if (size == 8) {
            boolean known = isOrdinary(from, 0);
            get(from, 0);
            set(to, 0);
            w.ordinary |= known ? 1L << 2 * to : 0;
        } else {
            get(to, 0);
            cb.loadConstant(~LOW32).land();
            get(from, 0);
            cb.loadConstant(LOW32).land().lor();
            set(to, 0);
        }
    }

    private void moveGeneral(Insn insn) {
        int size = insn.operandSize == 8 ? 8 : 4;
        if (Traits.place(insn, 0) == Place.E) {
            if (insn.isMemory()) {
                storeHalf(insn, insn.reg, 0, size);
            } else {
                get(insn.reg, 0);
                w.popRegister(insn, insn.rm, size);
            }
            return;
        }
        if (insn.isMemory()) {
            w.pushMemory(insn, size);
        } else {
            w.pushRegister(insn.rm);
        }
        if (size == 4) {
            cb.loadConstant(LOW32).land();
        }
        set(insn.reg, 0);
        cb.loadConstant(0L);
        set(insn.reg, 1);
    }

    private void shiftBytes(int register, int bits, String mnemonic) {
        boolean left = mnemonic.equals("pslldq");
        int near = left ? 1 : 0;
        int far = 1 - near;
        if (bits == 0) {
            return;
        }
        // The near half takes what the far one loses.
        if (bits >= 128) {
            cb.loadConstant(0L);
        } else if (bits >= 64) {
            get(register, far);
            shiftHalf(bits - 64, left);
        } else {
            get(register, near);
            shiftHalf(bits, left);
            get(register, far);
            shiftHalf(64 - bits, !left);
            cb.lor();
        }
        set(register, near);
        if (bits >= 64) {
            cb.loadConstant(0L);
        } else {
            get(register, far);
            shiftHalf(bits, left);
        }
        set(register, far);
    }

    private void shiftHalf(int bits, boolean left) {
        cb.loadConstant(bits);
        if (left) {
            cb.lshl();
        } else {
            cb.lushr();
        }
    }

    private void convert(Insn insn, String mnemonic) {
        switch (mnemonic) {
            case "cvtsi2sd", "cvtsi2ss" -> {
                int size = insn.operandSize == 8 ? 8 : 4;
                if (insn.isMemory()) {
                    w.pushMemory(insn, size);
                } else {
                    w.pushRegister(insn.rm);
                }
                if (size == 4) {
                    cb.l2i().i2l();
                }
                cb.lstore(T0);
                boolean twice = mnemonic.equals("cvtsi2sd");
                if (twice) {
                    call("longToDouble");
                    setOrdinary(insn.reg, 0);
                } else {
                    get(insn.reg, 0);
                    cb.loadConstant(~LOW32).land();
                    call("longToSingle");
                    cb.lor();
                    set(insn.reg, 0);
                }
            }
            case "cvttsd2si" -> {
                pushScalar(insn, 8);
                cb.lstore(T0);
                call(insn.operandSize == 8 ? "doubleToLong" : "doubleToInt");
                w.popRegister(insn, insn.reg, insn.operandSize == 8 ? 8 : 4);
            }
            case "cvtss2sd" -> {
                pushScalar(insn, 4);
                cb.lstore(T0);
                call("singleToDouble");
                setOrdinary(insn.reg, 0);
            }
            default -> {
                pushScalar(insn, 8);
                cb.lstore(T0);
                get(insn.reg, 0);
                cb.loadConstant(~LOW32).land();
                call("doubleToSingle");
                cb.lor();
                set(insn.reg, 0);
            }
        }
    }

    /** A conversion of T0. */
    private void call(String name) {
        pushMode();
        cb.lload(T0).invokestatic(MATH, name, MethodTypeDesc.of(LONG, INT, LONG));
    }

    private void interleave(Insn insn, String mnemonic) {
        int end = mnemonic.length() - 2;
        String elements = INTERLEAVE.get(mnemonic.substring(end));
        int half = mnemonic.charAt(end - 1) == 'h' ? 1 : 0;
        source(insn, true);
        get(insn.reg, half);
        cb.lstore(T2);
        for (int result = 0; result < 2; result++) {
            cb.lload(T2).lload(half == 0 ? T0 : T1);
            packed((result == 0 ? "interleaveLow" : "interleaveHigh") + elements);
            set(insn.reg, result);
        }
    }
}
