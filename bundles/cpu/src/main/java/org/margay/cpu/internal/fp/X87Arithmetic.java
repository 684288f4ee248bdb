package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;

/**
 * Basic arithmetic of the x87 (SDM vol. 1, 8.3.5). Operations see ST(0) as first operand and the register or memory
 * operand as second, wherever the result goes; so one opcode field means one operation in all forms.
 */
final class X87Arithmetic {
    /** An operation on ST(0) alone. */
    @FunctionalInterface
    interface Unary {
        void apply(Accumulator to, int exponent, long mantissa);
    }

    private X87Arithmetic() {}

    /** ST(0) = ST(0) op ST(i). */
    static Handler toTop(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> compute(cpu, operation, insn.rm & 7, 0);
    }

    /** ST(i) = ST(0) op ST(i). */
    static Handler toRegister(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> compute(cpu, operation, insn.rm & 7, insn.rm & 7);
    }

    /** ST(i) = ST(0) op ST(i), and pop. */
    static Handler toRegisterAndPop(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> {
            if (compute(cpu, operation, insn.rm & 7, insn.rm & 7)) {
                X87State.pop(cpu);
            }
        };
    }

    /** ST(0) = ST(0) op ST(1). */
    static Handler onTopTwo(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> compute(cpu, operation, 1, 0);
    }

    /** ST(1) = ST(0) op ST(1), and pop. */
    static Handler onTopTwoAndPop(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> {
            if (compute(cpu, operation, 1, 1)) {
                X87State.pop(cpu);
            }
        };
    }

    private static boolean compute(Cpu cpu, Float80Arithmetic.Binary operation, int other, int destination) {
        if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, other)) {
            return underflowInto(cpu, destination);
        }
        Accumulator result = X87State.begin(cpu);
        operation.apply(
                result,
                X87State.exponent(cpu, 0),
                X87State.mantissa(cpu, 0),
                X87State.exponent(cpu, other),
                X87State.mantissa(cpu, other));
        return store(cpu, result, destination);
    }

    private static boolean underflowInto(Cpu cpu, int destination) {
        boolean masked = X87State.underflow(cpu);
        if (masked) {
            X87State.setIndefinite(cpu, destination);
        }
        return masked;
    }

    private static boolean store(Cpu cpu, Accumulator result, int destination) {
        if (!X87State.report(cpu, result)) {
            return false;
        }
        X87State.set(cpu, destination, result.exponent, result.mantissa);
        return true;
    }

    /** ST(0) = ST(0) op memory. */
    static Handler withMemory(X87Memory.Source source, Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> {
            long raw = source.read(cpu, insn);
            if (X87State.isEmpty(cpu, 0)) {
                underflowInto(cpu, 0);
                return;
            }
            Accumulator result = X87State.begin(cpu);
            source.widen(result, raw);
            operation.apply(
                    result, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0), result.exponent, result.mantissa);
            store(cpu, result, 0);
        };
    }

    /** ST(0) = op ST(0). */
    static Handler unary(Unary operation) {
        return (cpu, insn) -> {
            if (X87State.isEmpty(cpu, 0)) {
                underflowInto(cpu, 0);
                return;
            }
            Accumulator result = X87State.begin(cpu);
            operation.apply(result, X87State.exponent(cpu, 0), X87State.mantissa(cpu, 0));
            store(cpu, result, 0);
        };
    }

    /** FABS and FCHS work on any encoding and report nothing but stack faults. */
    static Handler sign(int mask, int flip) {
        return (cpu, insn) -> {
            if (X87State.isEmpty(cpu, 0)) {
                underflowInto(cpu, 0);
                return;
            }
            X87State.clearC1(cpu);
            X87State.set(cpu, 0, X87State.exponent(cpu, 0) & mask ^ flip, X87State.mantissa(cpu, 0));
        };
    }

    /** FPREM and FPREM1: quotient bits 2, 1, 0 go to C0, C3, C1. */
    static Handler remainder(Float80Arithmetic.Binary operation) {
        return (cpu, insn) -> {
            cpu.fpStatus &= ~X87State.C2;
            if (X87State.isEmpty(cpu, 0) || X87State.isEmpty(cpu, 1)) {
                underflowInto(cpu, 0);
                return;
            }
            Accumulator result = cpu.x87;
            if (!compute(cpu, operation, 1, 0) || Float80.isNaN(result.exponent, result.mantissa)) {
                return;
            }
            int conditions = result.incomplete ? X87State.C2 : 0;
            conditions |= (result.quotient & 4) != 0 ? X87State.C0 : 0;
            conditions |= (result.quotient & 2) != 0 ? X87State.C3 : 0;
            conditions |= (result.quotient & 1) != 0 ? X87State.C1 : 0;
            cpu.fpStatus = cpu.fpStatus & ~X87State.CONDITIONS | conditions;
        };
    }

    /** FXTRACT: the exponent replaces ST(0), the significand is pushed. */
    static void extract(Cpu cpu, Insn insn) {
        if (X87State.isEmpty(cpu, 0)) {
            if (X87State.underflow(cpu)) {
                X87State.setIndefinite(cpu, 0);
                X87State.push(cpu, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
            }
            return;
        }
        if (!X87State.isEmpty(cpu, 7)) {
            if (X87State.overflow(cpu)) {
                X87State.setIndefinite(cpu, 0);
                X87State.push(cpu, Float80.INDEFINITE_EXPONENT, Float80.INDEFINITE_MANTISSA);
            }
            return;
        }
        int exponent = X87State.exponent(cpu, 0);
        long mantissa = X87State.mantissa(cpu, 0);
        Accumulator result = X87State.begin(cpu);
        Float80Remainder.exponentOf(result, exponent, mantissa);
        if (X87State.report(cpu, result)) {
            X87State.set(cpu, 0, result.exponent, result.mantissa);
            Float80Remainder.significandOf(result, exponent, mantissa);
            X87State.push(cpu, result.exponent, result.mantissa);
        }
    }
}
