package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;

/** The trigonometric instructions on the stack; operands out of range leave it alone and set C2 (SDM vol. 1, 8.3.8). */
final class X87Transcendental {
    private X87Transcendental() {}

    /** FSIN and FCOS. */
    static Handler replacing(X87Arithmetic.Unary operation) {
        Handler unary = X87Arithmetic.unary(operation);
        return (cpu, insn) -> {
            cpu.fpStatus &= ~X87State.C2;
            cpu.x87.incomplete = false;
            unary.execute(cpu, insn);
            if (cpu.x87.incomplete) {
                cpu.fpStatus |= X87State.C2;
            }
        };
    }

    /** FPTAN: the tangent replaces ST(0), then 1 is pushed. */
    static void tangent(Cpu cpu, Insn insn) {
        replaceAndPush(cpu, Transcendental::tangent, (to, exponent, mantissa) -> {
            if (to.propagate(exponent, mantissa)) {
                return;
            }
            if (Float80.isInfinite(exponent, mantissa)) {
                to.setIndefinite();
            } else {
                to.set(Float80.BIAS, Float80.INTEGER_BIT);
            }
        });
    }

    /** FSINCOS: the sine replaces ST(0), then the cosine is pushed. */
    static void sineAndCosine(Cpu cpu, Insn insn) {
        replaceAndPush(cpu, Transcendental::sine, Transcendental::cosine);
    }

    private static void replaceAndPush(Cpu cpu, X87Arithmetic.Unary first, X87Arithmetic.Unary second) {
        cpu.fpStatus &= ~X87State.C2;
        boolean empty = X87State.isEmpty(cpu, 0);
        if (empty || !X87State.isEmpty(cpu, 7)) {
            if (empty ? X87State.underflow(cpu) : X87State.overflow(cpu)) {
                X87State.setIndefinite(cpu, 0);
                X87State.push(cpu, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
            }
            return;
        }
        int exponent = X87State.exponent(cpu, 0);
        long mantissa = X87State.mantissa(cpu, 0);
        Accumulator result = X87State.begin(cpu);
        first.apply(result, exponent, mantissa);
        if (result.incomplete) {
            X87State.clearC1(cpu);
            cpu.fpStatus |= X87State.C2;
            return;
        }
        int firstExponent = result.exponent;
        long firstMantissa = result.mantissa;
        result.flags &= ~FloatFlags.ROUNDED_UP;
        second.apply(result, exponent, mantissa);
        if (X87State.report(cpu, result)) {
            X87State.set(cpu, 0, firstExponent, firstMantissa);
            X87State.push(cpu, result.exponent, result.mantissa);
        }
    }
}
