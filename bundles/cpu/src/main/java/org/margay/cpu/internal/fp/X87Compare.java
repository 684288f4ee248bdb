package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/**
 * Comparison and classification (SDM vol. 1, 8.3.6). The outcome is given even if an unmasked exception comes with it;
 * then only the pops are left out.
 */
final class X87Compare {
    private X87Compare() {}

    /** FCOM and FUCOM of ST(0) with ST(i), the latter quiet; {@code pops} registers are popped. */
    static Handler withRegister(boolean quiet, int pops) {
        return (cpu, insn) -> {
            int i = insn.rm & 7;
            if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, i)) {
                underflow(cpu, pops);
                return;
            }
            compare(cpu, X87State.begin(cpu), X87State.exponent(cpu, i), X87State.mantissa(cpu, i), quiet, pops);
        };
    }

    /** FCOMPP and FUCOMPP. */
    static Handler topTwo(boolean quiet) {
        return (cpu, insn) -> {
            if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, 1)) {
                underflow(cpu, 2);
                return;
            }
            compare(cpu, X87State.begin(cpu), X87State.exponent(cpu, 1), X87State.mantissa(cpu, 1), quiet, 2);
        };
    }

    /** FCOM and FICOM with memory. */
    static Handler withMemory(X87Memory.Source source, int pops) {
        return (cpu, insn) -> {
            long raw = source.read(cpu, insn);
            if (X87State.isEmpty(cpu, 0)) {
                underflow(cpu, pops);
                return;
            }
            Accumulator operand = X87State.begin(cpu);
            source.widen(operand, raw);
            compare(cpu, operand, operand.exponent, operand.mantissa, false, pops);
        };
    }

    /** FTST. */
    static void withZero(Cpu cpu, Insn insn) {
        if (X87State.isEmpty(cpu, 0)) {
            underflow(cpu, 0);
        } else {
            compare(cpu, X87State.begin(cpu), 0, 0, false, 0);
        }
    }

    private static void compare(Cpu cpu, Accumulator to, int exponent, long mantissa, boolean quiet, int pops) {
        int order = Float80Arithmetic.compare(
                to, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0), exponent, mantissa, quiet);
        boolean completes = X87State.report(cpu, to);
        setConditions(
                cpu,
                switch (order) {
                    case Float80Arithmetic.LESS -> X87State.C0;
                    case Float80Arithmetic.EQUAL -> X87State.C3;
                    case Float80Arithmetic.GREATER -> 0;
                    default -> X87State.C0 | X87State.C2 | X87State.C3;
                });
        if (completes) {
            pop(cpu, pops);
        }
    }

    private static void underflow(Cpu cpu, int pops) {
        boolean masked = X87State.underflow(cpu);
        setConditions(cpu, X87State.C0 | X87State.C2 | X87State.C3);
        if (masked) {
            pop(cpu, pops);
        }
    }

    private static void setConditions(Cpu cpu, int conditions) {
        cpu.fpStatus = cpu.fpStatus & ~X87State.CONDITIONS | conditions;
    }

    private static void pop(Cpu cpu, int times) {
        for (int i = 0; i < times; i++) {
            X87State.pop(cpu);
        }
    }

    /** FCOMI and FUCOMI: the outcome goes to ZF, PF and CF; OF, SF and AF are cleared. */
    static Handler toFlags(boolean quiet, boolean pop) {
        return (cpu, insn) -> {
            int i = insn.rm & 7;
            int order;
            boolean completes;
            if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, i)) {
                completes = X87State.underflow(cpu);
                order = Float80Arithmetic.UNORDERED;
            } else {
                int c1 = cpu.fpStatus & X87State.C1;
                Accumulator to = X87State.begin(cpu);
                order = Float80Arithmetic.compare(
                        to,
                        X87State.exponent(cpu, 0),
                        X87State.mantissa(cpu, 0),
                        X87State.exponent(cpu, i),
                        X87State.mantissa(cpu, i),
                        quiet);
                completes = X87State.report(cpu, to);
                cpu.fpStatus |= c1;
            }
            LazyFlags.setArithmetic(cpu, flags(order));
            if (pop && completes) {
                X87State.pop(cpu);
            }
        };
    }

    /** RFLAGS for the outcome of a comparison, as FCOMI and COMISS set them. */
    static int flags(int order) {
        return switch (order) {
            case Float80Arithmetic.LESS -> LazyFlags.CF;
            case Float80Arithmetic.EQUAL -> LazyFlags.ZF;
            case Float80Arithmetic.GREATER -> 0;
            default -> LazyFlags.ZF | LazyFlags.PF | LazyFlags.CF;
        };
    }

    /** FXAM: class into C3, C2, C0, sign into C1 (SDM vol. 2, FXAM). */
    static void examine(Cpu cpu, Insn insn) {
        int exponent = X87State.exponent(cpu, 0);
        long mantissa = X87State.mantissa(cpu, 0);
        int conditions;
        if (X87State.isEmpty(cpu, 0)) {
            conditions = X87State.C3 | X87State.C0;
        } else if (Float80.isUnsupported(exponent, mantissa)) {
            conditions = 0;
        } else if (Float80.isNaN(exponent, mantissa)) {
            conditions = X87State.C0;
        } else if (Float80.isInfinite(exponent, mantissa)) {
            conditions = X87State.C2 | X87State.C0;
        } else if (Float80.isZero(exponent, mantissa)) {
            conditions = X87State.C3;
        } else if (Float80.isDenormal(exponent, mantissa)) {
            conditions = X87State.C3 | X87State.C2;
        } else {
            conditions = X87State.C2;
        }
        setConditions(cpu, conditions | (Float80.isNegative(exponent) ? X87State.C1 : 0));
    }
}
