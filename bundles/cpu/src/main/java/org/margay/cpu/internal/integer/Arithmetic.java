package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;

/** Addition, logic and their relatives, as an {@link Operation} each (SDM vol. 1, 7.3.2 and 7.3.4). */
final class Arithmetic {
    private Arithmetic() {}

    static long add(Cpu cpu, long a, long b, int size) {
        long result = Sizes.signExtend(a + b, size);
        LazyFlags.add(cpu, a, b, result);
        return result;
    }

    static long adc(Cpu cpu, long a, long b, int size) {
        long result = Sizes.signExtend(a + b + (LazyFlags.cf(cpu) ? 1 : 0), size);
        LazyFlags.add(cpu, a, b, result);
        return result;
    }

    static long sub(Cpu cpu, long a, long b, int size) {
        long result = Sizes.signExtend(a - b, size);
        LazyFlags.sub(cpu, a, b, result);
        return result;
    }

    static long sbb(Cpu cpu, long a, long b, int size) {
        long result = Sizes.signExtend(a - b - (LazyFlags.cf(cpu) ? 1 : 0), size);
        LazyFlags.sub(cpu, a, b, result);
        return result;
    }

    static long and(Cpu cpu, long a, long b, int size) {
        long result = a & b;
        LazyFlags.logic(cpu, result);
        return result;
    }

    static long or(Cpu cpu, long a, long b, int size) {
        long result = a | b;
        LazyFlags.logic(cpu, result);
        return result;
    }

    static long xor(Cpu cpu, long a, long b, int size) {
        long result = a ^ b;
        LazyFlags.logic(cpu, result);
        return result;
    }

    static void cmp(Cpu cpu, long a, long b, int size) {
        LazyFlags.sub(cpu, a, b, Sizes.signExtend(a - b, size));
    }

    static void test(Cpu cpu, long a, long b, int size) {
        LazyFlags.logic(cpu, a & b);
    }

    static long inc(Cpu cpu, long a, long b, int size) {
        boolean carry = LazyFlags.cf(cpu);
        long result = Sizes.signExtend(a + 1, size);
        cpu.flagOp = LazyFlags.INC;
        cpu.flagA = a;
        cpu.flagB = carry ? 1 : 0;
        cpu.flagResult = result;
        return result;
    }

    static long dec(Cpu cpu, long a, long b, int size) {
        boolean carry = LazyFlags.cf(cpu);
        long result = Sizes.signExtend(a - 1, size);
        cpu.flagOp = LazyFlags.DEC;
        cpu.flagA = a;
        cpu.flagB = carry ? 1 : 0;
        cpu.flagResult = result;
        return result;
    }

    static long not(Cpu cpu, long a, long b, int size) {
        return ~a;
    }

    static long neg(Cpu cpu, long a, long b, int size) {
        return sub(cpu, 0, a, size);
    }
}
