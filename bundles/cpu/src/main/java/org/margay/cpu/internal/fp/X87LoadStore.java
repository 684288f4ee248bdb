package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Moves between the x87 stack, memory and constants (SDM vol. 1, 8.3.3 and 8.3.4). */
final class X87LoadStore {
    private X87LoadStore() {}

    // --- loads ---

    /** FLD m32fp, FLD m64fp, FILD. */
    static Handler load(X87Memory.Source source) {
        return (cpu, insn) -> {
            long raw = source.read(cpu, insn);
            if (X87State.pushOverflows(cpu)) {
                return;
            }
            Accumulator result = X87State.begin(cpu);
            source.widen(result, raw);
            result.propagate(result.exponent, result.mantissa);
            X87State.report(cpu, result);
            // A denormal is loaded even if its exception is unmasked.
            if ((result.unmasked() & FloatFlags.INVALID) == 0) {
                X87State.push(cpu, result.exponent, result.mantissa);
            }
        };
    }

    /** FLD m80fp: any encoding, unchanged. */
    static void loadExtended(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, 10, false);
        long mantissa = cpu.mmu.load64(linear);
        int exponent = cpu.mmu.load16(linear + 8);
        if (!X87State.pushOverflows(cpu)) {
            X87State.clearC1(cpu);
            X87State.push(cpu, exponent, mantissa);
        }
    }

    /** FBLD. */
    static void loadDecimal(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, 10, false);
        long low = cpu.mmu.load64(linear);
        int high = cpu.mmu.load16(linear + 8);
        if (!X87State.pushOverflows(cpu)) {
            X87State.clearC1(cpu);
            Accumulator result = X87State.begin(cpu);
            Float80Convert.fromDecimal(result, low, high);
            X87State.push(cpu, result.exponent, result.mantissa);
        }
    }

    /** FLD ST(i). */
    static void loadRegister(Cpu cpu, Insn insn) {
        int i = insn.rm & 7;
        if (X87State.isEmpty(cpu, i)) {
            if (X87State.underflow(cpu)) {
                X87State.push(cpu, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
            }
            return;
        }
        if (!X87State.pushOverflows(cpu)) {
            X87State.clearC1(cpu);
            X87State.push(cpu, X87State.exponent(cpu, i), X87State.mantissa(cpu, i));
        }
    }

    /**
     * FLD1 and its like: a constant, cut after 64 bits, and whether the rest is above half a unit (SDM vol. 1, 8.3.4).
     *
     * @param exact the cut has lost nothing
     */
    static Handler constant(int exponent, long mantissa, boolean roundsUp, boolean exact) {
        return (cpu, insn) -> {
            if (X87State.pushOverflows(cpu)) {
                return;
            }
            X87State.clearC1(cpu);
            boolean up = switch (cpu.fpControl >> 10 & 3) {
                case FloatFlags.NEAREST -> roundsUp;
                case FloatFlags.UP -> !exact;
                default -> false;
            };
            X87State.push(cpu, exponent, up ? mantissa + 1 : mantissa);
        };
    }

    // --- stores to memory: nothing changes before the bytes are written ---

    /** FST m32fp, FST m64fp. */
    static Handler store(BinaryFormat format, boolean pop) {
        return (cpu, insn) -> {
            int size = format == BinaryFormat.SINGLE ? 4 : 8;
            long linear = X87Memory.writable(cpu, insn, size);
            if (X87State.isEmpty(cpu, 0)) {
                storeUnderflow(cpu, linear, size, format.indefinite, pop);
                return;
            }
            Accumulator result = X87State.begin(cpu);
            long bits = Float80Convert.toBinary(result, format, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0));
            int preventing = FloatFlags.INVALID | FloatFlags.OVERFLOW | FloatFlags.UNDERFLOW;
            finishStore(cpu, result, preventing, linear, size, bits, pop);
        };
    }

    /** FIST and FISTP. */
    static Handler storeInteger(int size, boolean pop) {
        return (cpu, insn) -> storeInteger(cpu, insn, size, cpu.fpControl >> 10 & 3, pop);
    }

    /** FISTTP: truncates whatever the rounding control. */
    static Handler storeTruncated(int size) {
        return (cpu, insn) -> storeInteger(cpu, insn, size, FloatFlags.TOWARD_ZERO, true);
    }

    private static void storeInteger(Cpu cpu, Insn insn, int size, int mode, boolean pop) {
        long linear = X87Memory.writable(cpu, insn, size);
        if (X87State.isEmpty(cpu, 0)) {
            storeUnderflow(cpu, linear, size, -1L << 8 * size - 1, pop);
            return;
        }
        Accumulator result = X87State.begin(cpu);
        long value =
                Float80Convert.toInteger(result, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0), 8 * size, mode);
        finishStore(cpu, result, FloatFlags.INVALID, linear, size, value, pop);
    }

    private static void storeUnderflow(Cpu cpu, long linear, int size, long indefinite, boolean pop) {
        if (X87State.underflow(cpu)) {
            cpu.mmu.store(linear, size, indefinite);
            if (pop) {
                X87State.pop(cpu);
            }
        }
    }

    private static void finishStore(
            Cpu cpu, Accumulator result, int preventing, long linear, int size, long value, boolean pop) {
        if ((result.unmasked() & preventing) == 0) {
            cpu.mmu.store(linear, size, value);
            if (pop) {
                X87State.pop(cpu);
            }
        }
        X87State.report(cpu, result);
    }

    /** FSTP m80fp: any encoding, unchanged. */
    static void storeExtended(Cpu cpu, Insn insn) {
        long linear = X87Memory.writable(cpu, insn, 10);
        if (!X87State.isEmpty(cpu, 0)) {
            X87State.clearC1(cpu);
            storeTenBytes(cpu, linear, X87State.mantissa(cpu, 0), X87State.exponent(cpu, 0));
        } else if (X87State.underflow(cpu)) {
            storeTenBytes(cpu, linear, Float80.INDEFINITE_MANTISSA, Float80.INDEFINITE_EXPONENT);
        } else {
            return;
        }
        X87State.pop(cpu);
    }

    /** FBSTP. */
    static void storeDecimal(Cpu cpu, Insn insn) {
        long linear = X87Memory.writable(cpu, insn, 10);
        if (X87State.isEmpty(cpu, 0)) {
            if (X87State.underflow(cpu)) {
                storeTenBytes(
                        cpu, linear, Float80Convert.DECIMAL_INDEFINITE_LOW, Float80Convert.DECIMAL_INDEFINITE_HIGH);
                X87State.pop(cpu);
            }
            return;
        }
        Accumulator result = X87State.begin(cpu);
        long low = Float80Convert.toDecimal(result, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0));
        if ((result.unmasked() & FloatFlags.INVALID) == 0) {
            storeTenBytes(cpu, linear, low, result.exponent);
            X87State.pop(cpu);
        }
        X87State.report(cpu, result);
    }

    private static void storeTenBytes(Cpu cpu, long linear, long low, int high) {
        cpu.mmu.store64(linear, low);
        cpu.mmu.store16(linear + 8, high);
    }

    // --- moves between registers ---

    /** FST ST(i), FSTP ST(i). */
    static Handler storeRegister(boolean pop) {
        return (cpu, insn) -> {
            int i = insn.rm & 7;
            if (X87State.isEmpty(cpu, 0)) {
                if (!X87State.underflow(cpu)) {
                    return;
                }
                X87State.setIndefinite(cpu, i);
            } else {
                X87State.clearC1(cpu);
                X87State.set(cpu, i, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0));
            }
            if (pop) {
                X87State.pop(cpu);
            }
        };
    }

    /** D9 D8+i, not in the manual: FSTP that takes an empty ST(0) for nothing to store. */
    static void storeRegisterUnlessEmpty(Cpu cpu, Insn insn) {
        X87State.clearC1(cpu);
        if (!X87State.isEmpty(cpu, 0)) {
            X87State.set(cpu, insn.rm & 7, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0));
        }
        X87State.pop(cpu);
    }

    /** FXCH. */
    static void exchange(Cpu cpu, Insn insn) {
        int i = insn.rm & 7;
        if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, i)) {
            if (!X87State.underflow(cpu)) {
                return;
            }
            fillIfEmpty(cpu, 0);
            fillIfEmpty(cpu, i);
        } else {
            X87State.clearC1(cpu);
        }
        int exponent = X87State.exponent(cpu, 0);
        long mantissa = X87State.mantissa(cpu, 0);
        X87State.set(cpu, 0, X87State.exponent(cpu, i), X87State.mantissa(cpu, i));
        X87State.set(cpu, i, exponent, mantissa);
    }

    private static void fillIfEmpty(Cpu cpu, int i) {
        if (X87State.isEmpty(cpu, i)) {
            X87State.setIndefinite(cpu, i);
        }
    }

    /** FCMOVcc: the condition's number is Jcc's. */
    static Handler moveIf(int condition) {
        return (cpu, insn) -> {
            int i = insn.rm & 7;
            if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, i)) {
                if (X87State.underflow(cpu)) {
                    X87State.setIndefinite(cpu, 0);
                }
                return;
            }
            if (LazyFlags.condition(cpu, condition)) {
                X87State.set(cpu, 0, X87State.exponent(cpu, i), X87State.mantissa(cpu, i));
            }
        };
    }
}
