package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Multiplication, division and the sign extensions that prepare them (SDM vol. 2). */
final class Multiplication {
    private Multiplication() {}

    /** CF and OF say that the upper half matters; the other flags, undefined, follow the lower half. */
    private static void flags(Cpu cpu, long low, boolean overflow) {
        LazyFlags.partial(cpu, low, overflow ? LazyFlags.CF | LazyFlags.OF : 0);
    }

    static void mul8(Cpu cpu, Insn insn) {
        long product = (cpu.r[Cpu.RAX] & 0xFF) * cpu.readRm(insn, 1);
        cpu.setReg16(Cpu.RAX, (int) product);
        flags(cpu, (byte) product, product >>> 8 != 0);
    }

    static void imul8(Cpu cpu, Insn insn) {
        long product = (byte) cpu.r[Cpu.RAX] * (long) (byte) cpu.readRm(insn, 1);
        cpu.setReg16(Cpu.RAX, (int) product);
        flags(cpu, (byte) product, product != (byte) product);
    }

    static void mul(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long b = cpu.readRm(insn, size);
        long a = Sizes.zeroExtend(cpu.r[Cpu.RAX], size);
        long low = a * b;
        long high = size == 8 ? Math.unsignedMultiplyHigh(a, b) : low >>> 8 * size;
        cpu.setReg(insn, Cpu.RAX, size, low);
        cpu.setReg(insn, Cpu.RDX, size, high);
        flags(cpu, Sizes.signExtend(low, size), high != 0);
    }

    static void imul(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long b = Sizes.signExtend(cpu.readRm(insn, size), size);
        long a = Sizes.signExtend(cpu.r[Cpu.RAX], size);
        long low = a * b;
        long high = size == 8 ? Math.multiplyHigh(a, b) : low >> 8 * size;
        cpu.setReg(insn, Cpu.RAX, size, low);
        cpu.setReg(insn, Cpu.RDX, size, high);
        long extended = Sizes.signExtend(low, size);
        flags(cpu, extended, size == 8 ? high != low >> 63 : low != extended);
    }

    static void imul2(Cpu cpu, Insn insn) {
        long b = cpu.readRm(insn, insn.operandSize);
        truncated(cpu, insn, cpu.r[insn.reg], b);
    }

    static void imul3(Cpu cpu, Insn insn) {
        truncated(cpu, insn, cpu.readRm(insn, insn.operandSize), insn.immediate);
    }

    private static void truncated(Cpu cpu, Insn insn, long first, long second) {
        int size = insn.operandSize;
        long a = Sizes.signExtend(first, size);
        long b = Sizes.signExtend(second, size);
        long product = a * b;
        long extended = Sizes.signExtend(product, size);
        cpu.setReg(insn, insn.reg, size, product);
        flags(cpu, extended, size == 8 ? Math.multiplyHigh(a, b) != product >> 63 : product != extended);
    }

    static void div8(Cpu cpu, Insn insn) {
        int divisor = (int) cpu.readRm(insn, 1);
        int dividend = (int) cpu.r[Cpu.RAX] & 0xFFFF;
        if (divisor == 0 || dividend / divisor > 0xFF) {
            throw GuestFault.of(GuestFault.DE);
        }
        cpu.setReg16(Cpu.RAX, dividend % divisor << 8 | dividend / divisor);
    }

    static void idiv8(Cpu cpu, Insn insn) {
        int divisor = (byte) cpu.readRm(insn, 1);
        int dividend = (short) cpu.r[Cpu.RAX];
        if (divisor == 0 || dividend / divisor != (byte) (dividend / divisor)) {
            throw GuestFault.of(GuestFault.DE);
        }
        cpu.setReg16(Cpu.RAX, dividend % divisor << 8 | dividend / divisor & 0xFF);
    }

    static void div(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long divisor = cpu.readRm(insn, size);
        long low = Sizes.zeroExtend(cpu.r[Cpu.RAX], size);
        long high = Sizes.zeroExtend(cpu.r[Cpu.RDX], size);
        if (Long.compareUnsigned(high, divisor) >= 0) {
            throw GuestFault.of(GuestFault.DE);
        }
        long quotient;
        long remainder;
        if (size == 8 && high != 0) {
            quotient = divideUnsigned(high, low, divisor);
            remainder = low - quotient * divisor;
        } else {
            long dividend = size == 8 ? low : high << 8 * size | low;
            quotient = Long.divideUnsigned(dividend, divisor);
            remainder = Long.remainderUnsigned(dividend, divisor);
        }
        cpu.setReg(insn, Cpu.RAX, size, quotient);
        cpu.setReg(insn, Cpu.RDX, size, remainder);
    }

    static void idiv(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long divisor = Sizes.signExtend(cpu.readRm(insn, size), size);
        if (divisor == 0) {
            throw GuestFault.of(GuestFault.DE);
        }
        long quotient;
        long remainder;
        if (size == 8) {
            long low = cpu.r[Cpu.RAX];
            long high = cpu.r[Cpu.RDX];
            quotient = divideSigned(high, low, divisor);
            remainder = low - quotient * divisor;
        } else {
            long dividend = size == 4
                    ? cpu.r[Cpu.RDX] << 32 | cpu.r[Cpu.RAX] & 0xFFFF_FFFFL
                    : (int) (cpu.r[Cpu.RDX] << 16 | cpu.r[Cpu.RAX] & 0xFFFF);
            if (dividend == Long.MIN_VALUE && divisor == -1) {
                throw GuestFault.of(GuestFault.DE);
            }
            quotient = dividend / divisor;
            remainder = dividend % divisor;
            if (quotient != Sizes.signExtend(quotient, size)) {
                throw GuestFault.of(GuestFault.DE);
            }
        }
        cpu.setReg(insn, Cpu.RAX, size, quotient);
        cpu.setReg(insn, Cpu.RDX, size, remainder);
    }

    /** 128 by 64 bits, where the quotient fits. Bit by bit; compilers emit it for 64-bit dividends almost only. */
    private static long divideUnsigned(long high, long low, long divisor) {
        long remainder = high;
        long quotient = 0;
        for (int bit = 63; bit >= 0; bit--) {
            boolean carry = remainder < 0;
            remainder = remainder << 1 | low >>> bit & 1;
            if (carry || Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient |= 1L << bit;
            }
        }
        return quotient;
    }

    private static long divideSigned(long high, long low, long divisor) {
        if (high == low >> 63 && !(low == Long.MIN_VALUE && divisor == -1)) {
            return low / divisor;
        }
        boolean negative = high < 0;
        long lowMagnitude = negative ? -low : low;
        long highMagnitude = negative ? ~high + (low == 0 ? 1 : 0) : high;
        long divisorMagnitude = Math.abs(divisor);
        if (Long.compareUnsigned(highMagnitude, divisorMagnitude) >= 0) {
            throw GuestFault.of(GuestFault.DE);
        }
        long magnitude = divideUnsigned(highMagnitude, lowMagnitude, divisorMagnitude);
        boolean negativeQuotient = negative != divisor < 0;
        if (negativeQuotient ? Long.compareUnsigned(magnitude, Long.MIN_VALUE) > 0 : magnitude < 0) {
            throw GuestFault.of(GuestFault.DE);
        }
        return negativeQuotient ? -magnitude : magnitude;
    }

    /** CBW, CWDE, CDQE. */
    static void extendAccumulator(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        cpu.setReg(insn, Cpu.RAX, size, Sizes.signExtend(cpu.r[Cpu.RAX], size / 2));
    }

    /** CWD, CDQ, CQO. */
    static void extendToData(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        cpu.setReg(insn, Cpu.RDX, size, Sizes.signExtend(cpu.r[Cpu.RAX], size) >> 63);
    }
}
