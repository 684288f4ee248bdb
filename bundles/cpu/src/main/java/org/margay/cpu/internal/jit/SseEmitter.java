package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.INT;
import static org.margay.cpu.internal.jit.CodeWriter.LONG;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.simd.Masks;
import org.margay.cpu.internal.simd.PackedInteger;
import org.margay.cpu.internal.table.Operand.Place;

/**
 * Writes the code of SSE instructions on XMM registers, whose halves are longs. Floating point is the host's where that is
 * the same: see {@link SseMath}.
 */
final class SseEmitter extends SseOperands {
    private static final ClassDesc PACKED = CodeWriter.describe(PackedInteger.class);
    private static final ClassDesc MASKS = CodeWriter.describe(Masks.class);
    private static final MethodTypeDesc BINARY = MethodTypeDesc.of(LONG, LONG, LONG);

    private final SseMoveEmitter moves;
    private final SseFloatEmitter floats;

    SseEmitter(CodeWriter writer) {
        super(writer);
        moves = new SseMoveEmitter(writer);
        floats = new SseFloatEmitter(writer);
    }

    void emit(Insn insn) {
        String mnemonic = Traits.mnemonic(insn);
        if (SseInstructions.LANES.containsKey(mnemonic)) {
            lanes(insn, SseInstructions.LANES.get(mnemonic));
        } else if (SseInstructions.WHOLE_MOVES.contains(mnemonic)) {
            moves.moveWhole(insn, SseInstructions.ALIGNED_MOVES.contains(mnemonic));
        } else if (SseInstructions.SHIFTS.containsKey(mnemonic)) {
            shift(insn, SseInstructions.SHIFTS.get(mnemonic));
        } else if (SseInstructions.isArithmetic(mnemonic)) {
            floats.arithmetic(insn, mnemonic);
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

    private void other(Insn insn, String mnemonic) {
        int d = insn.reg;
        switch (mnemonic) {
            case "movsd",
                    "movss",
                    "movq",
                    "movd",
                    "movnti",
                    "movlps",
                    "movlpd",
                    "movhps",
                    "movhpd",
                    "movhlps",
                    "movlhps",
                    "movddup" -> moves.movePart(insn, mnemonic);
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
            case "ucomisd", "comisd", "ucomiss", "comiss" -> floats.compare(insn, mnemonic);
            case "cmpsd" -> floats.mask(insn);
            case "cvtsi2sd", "cvtsi2ss", "cvttsd2si", "cvtss2sd", "cvtsd2ss" -> floats.convert(insn, mnemonic);
            default -> interleave(insn, mnemonic);
        }
    }

    private void dwords(int order) {
        cb.loadConstant(order).invokestatic(MATH, "dwords", MethodTypeDesc.of(LONG, LONG, LONG, INT));
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

    private void packed(String name) {
        cb.invokestatic(PACKED, name, BINARY);
    }

    private void interleave(Insn insn, String mnemonic) {
        int end = mnemonic.length() - 2;
        String elements = SseInstructions.INTERLEAVE.get(mnemonic.substring(end));
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
