package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Bit tests, scans, counts, byte swaps and CRC32. */
final class Bits {
    private Bits() {}

    /** Computes the new value from the old one and the bit's mask. */
    @FunctionalInterface
    interface Change {
        long apply(long value, long mask);
    }

    private static void setCarry(Cpu cpu, boolean bit) {
        LazyFlags.update(cpu, LazyFlags.CF, bit ? LazyFlags.CF : 0);
    }

    /** BT: only tests. */
    static Handler test(boolean immediate) {
        return (cpu, insn) -> {
            int size = insn.operandSize;
            long number = immediate ? insn.immediate : Sizes.signExtend(cpu.r[insn.reg], size);
            long value;
            if (insn.mod == 3) {
                value = cpu.r[insn.rm];
            } else {
                value = cpu.mmu.load(cpu.linear(insn.segment, offset(cpu, insn, immediate, number), size, false), size);
            }
            setCarry(cpu, (value >>> (number & 8 * size - 1) & 1) != 0);
        };
    }

    /** BTS, BTR, BTC. */
    static Handler change(boolean immediate, Change change) {
        return (cpu, insn) -> {
            int size = insn.operandSize;
            long number = immediate ? insn.immediate : Sizes.signExtend(cpu.r[insn.reg], size);
            long mask = 1L << (number & 8 * size - 1);
            if (insn.mod == 3) {
                long value = cpu.r[insn.rm];
                setCarry(cpu, (value & mask) != 0);
                cpu.setReg(insn, insn.rm, size, change.apply(value, mask));
            } else {
                long linear = cpu.linear(insn.segment, offset(cpu, insn, immediate, number), size, true);
                Operation operation = (_, a, _, _) -> change.apply(a, mask);
                long old = operation.updateMemory(cpu, linear, size, 0, insn.lock);
                setCarry(cpu, (old & mask) != 0);
            }
        };
    }

    /** A bit number in a register reaches beyond the operand: the memory is a string of bits (SDM vol. 2, BT). */
    private static long offset(Cpu cpu, Insn insn, boolean immediate, long number) {
        long offset = insn.effectiveAddress(cpu);
        if (immediate) {
            return offset;
        }
        int size = insn.operandSize;
        offset += (number >> (size == 8 ? 6 : size == 4 ? 5 : 4)) * size;
        return insn.addressSize == 8 ? offset : Sizes.zeroExtend(offset, insn.addressSize);
    }

    static void bsf(Cpu cpu, Insn insn) {
        scan(cpu, insn, true);
    }

    static void bsr(Cpu cpu, Insn insn) {
        scan(cpu, insn, false);
    }

    /** With a source of zero the destination stays (AMD APM vol. 3, BSF). */
    private static void scan(Cpu cpu, Insn insn, boolean forward) {
        int size = insn.operandSize;
        long value = cpu.readRm(insn, size);
        if (value != 0) {
            int bit = forward ? Long.numberOfTrailingZeros(value) : 63 - Long.numberOfLeadingZeros(value);
            cpu.setReg(insn, insn.reg, size, bit);
        }
        LazyFlags.update(cpu, LazyFlags.ZF, value == 0 ? LazyFlags.ZF : 0);
    }

    static void popcnt(Cpu cpu, Insn insn) {
        long value = cpu.readRm(insn, insn.operandSize);
        cpu.setReg(insn, insn.reg, insn.operandSize, Long.bitCount(value));
        LazyFlags.setArithmetic(cpu, value == 0 ? LazyFlags.ZF : 0);
    }

    static void lzcnt(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long value = cpu.readRm(insn, size);
        int count = Long.numberOfLeadingZeros(value) - (64 - 8 * size);
        cpu.setReg(insn, insn.reg, size, count);
        LazyFlags.update(
                cpu, LazyFlags.CF | LazyFlags.ZF, (value == 0 ? LazyFlags.CF : 0) | (count == 0 ? LazyFlags.ZF : 0));
    }

    static void bswap(Cpu cpu, Insn insn) {
        switch (insn.operandSize) {
            case 8 -> cpu.r[insn.rm] = Long.reverseBytes(cpu.r[insn.rm]);
            case 4 -> cpu.setReg32(insn.rm, Integer.reverseBytes((int) cpu.r[insn.rm]));
            // Undefined; processors clear the 16 bits.
            default -> cpu.setReg16(insn.rm, 0);
        }
    }

    private static long reverse(long value, int size) {
        return Long.reverseBytes(value) >>> (64 - 8 * size);
    }

    static void movbeLoad(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        cpu.setReg(insn, insn.reg, size, reverse(cpu.load(insn, size), size));
    }

    static void movbeStore(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        cpu.store(insn, size, reverse(cpu.r[insn.reg], size));
    }

    /** CRC-32C, reflected, without final inversion. */
    static Handler crc32(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long source = cpu.readRm(insn, size);
            int crc = (int) cpu.r[insn.reg];
            for (int i = 0; i < size; i++) {
                crc ^= (int) (source >>> 8 * i) & 0xFF;
                for (int bit = 0; bit < 8; bit++) {
                    crc = crc >>> 1 ^ (0x82F6_3B78 & -(crc & 1));
                }
            }
            cpu.setReg32(insn.reg, crc);
        };
    }
}
