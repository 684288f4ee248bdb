package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.INT;
import static org.margay.cpu.internal.jit.CodeWriter.LONG;
import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;
import static org.margay.cpu.internal.jit.CodeWriter.T3;

import java.lang.constant.MethodTypeDesc;
import java.util.Objects;
import org.margay.cpu.internal.Insn;

/** Writes the code of SSE floating point arithmetic, comparisons and conversions. */
final class SseFloatEmitter extends SseOperands {
    SseFloatEmitter(CodeWriter writer) {
        super(writer);
    }

    void arithmetic(Insn insn, String mnemonic) {
        String kind = mnemonic.substring(mnemonic.length() - 2);
        String name = Objects.requireNonNull(SseInstructions.FLOAT.get(mnemonic.substring(0, mnemonic.length() - 2)));
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

    void convert(Insn insn, String mnemonic) {
        switch (mnemonic) {
            case "cvtsi2sd", "cvtsi2ss" -> {
                int size = insn.operandSize == 8 ? 8 : 4;
                if (insn.isMemory()) {
                    w.memory.pushOperand(insn, size);
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

    /** UCOMISD and its sisters. */
    void compare(Insn insn, String mnemonic) {
        int d = insn.reg;
        boolean doubles = mnemonic.endsWith("d");
        pushScalar(insn, doubles ? 8 : 4);
        cb.lstore(T0);
        pushMode();
        get(d, 0);
        cb.lload(T0);
        cb.invokestatic(MATH, doubles ? "compareDouble" : "compareSingle", MethodTypeDesc.of(LONG, INT, LONG, LONG));
        cb.lstore(CodeWriter.FLAG_A);
        w.setFlags(JitFlags.EXPLICIT, 8);
    }

    /** CMPSD: a mask. */
    void mask(Insn insn) {
        int d = insn.reg;
        pushScalar(insn, 8);
        cb.lstore(T0);
        pushMode();
        get(d, 0);
        cb.lload(T0).loadConstant((int) insn.immediate & 7);
        cb.invokestatic(MATH, "maskDouble", MethodTypeDesc.of(LONG, INT, LONG, LONG, INT));
        set(d, 0);
    }
}
