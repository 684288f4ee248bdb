package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;

/**
 * What an instruction computes from its destination a and source b, with the flags set on the way; operands and result are
 * sign-extended from the operand size. The methods make handlers for the places where operands come from; a fixed size of
 * 0 stands for the operand size.
 */
@FunctionalInterface
interface Operation {
    long apply(Cpu cpu, long a, long b, int size);

    /** Destination register or memory, source register. */
    default Handler rmReg(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            update(cpu, insn, size, Sizes.signExtend(cpu.reg(insn, insn.reg, size), size));
        };
    }

    /** Destination register, source register or memory. */
    default Handler regRm(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long b = Sizes.signExtend(cpu.readRm(insn, size), size);
            long a = Sizes.signExtend(cpu.reg(insn, insn.reg, size), size);
            cpu.setReg(insn, insn.reg, size, apply(cpu, a, b, size));
        };
    }

    /** Destination register or memory, source immediate. */
    default Handler rmImm(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            update(cpu, insn, size, insn.immediate);
        };
    }

    /** Destination accumulator, source immediate. */
    default Handler accImm(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long a = Sizes.signExtend(cpu.r[Cpu.RAX], size);
            cpu.setReg(insn, Cpu.RAX, size, apply(cpu, a, insn.immediate, size));
        };
    }

    /** Destination register or memory, no source. */
    default Handler rm(int fixedSize) {
        return (cpu, insn) -> update(cpu, insn, fixedSize == 0 ? insn.operandSize : fixedSize, 0);
    }

    /** Changes register or memory. */
    default void update(Cpu cpu, Insn insn, int size, long b) {
        if (insn.mod == 3) {
            long a = Sizes.signExtend(cpu.reg(insn, insn.rm, size), size);
            cpu.setReg(insn, insn.rm, size, apply(cpu, a, b, size));
        } else {
            updateMemory(cpu, insn.linearAddress(cpu, size, true), size, b, insn.lock);
        }
    }

    /** Changes memory, atomically when asked to; returns what was there before, sign-extended. */
    default long updateMemory(Cpu cpu, long linear, int size, long b, boolean locked) {
        long host = locked && (linear & size - 1) == 0 ? cpu.mmu.hostForWrite(linear, size) : 0;
        if (host == 0) {
            cpu.mmu.checkWrite(linear, size);
            if (locked) {
                return cpu.busLock.locked(cpu, () -> updateMemory(cpu, linear, size, b, false));
            }
            long a = Sizes.signExtend(cpu.mmu.load(linear, size), size);
            cpu.mmu.store(linear, size, apply(cpu, a, b, size));
            return a;
        }
        int flags = LazyFlags.arithmetic(cpu);
        while (true) {
            long seen = HostAccess.getVolatile(host, size);
            long a = Sizes.signExtend(seen, size);
            if (HostAccess.compareAndSet(host, size, seen, apply(cpu, a, b, size))) {
                return a;
            }
            LazyFlags.setArithmetic(cpu, flags);
        }
    }

    /** CMP and TEST: only flags come of it. */
    interface Comparison {
        void apply(Cpu cpu, long a, long b, int size);

        default Handler rmReg(int fixedSize) {
            return (cpu, insn) -> {
                int size = fixedSize == 0 ? insn.operandSize : fixedSize;
                long a = Sizes.signExtend(cpu.readRm(insn, size), size);
                apply(cpu, a, Sizes.signExtend(cpu.reg(insn, insn.reg, size), size), size);
            };
        }

        default Handler regRm(int fixedSize) {
            return (cpu, insn) -> {
                int size = fixedSize == 0 ? insn.operandSize : fixedSize;
                long b = Sizes.signExtend(cpu.readRm(insn, size), size);
                apply(cpu, Sizes.signExtend(cpu.reg(insn, insn.reg, size), size), b, size);
            };
        }

        default Handler rmImm(int fixedSize) {
            return (cpu, insn) -> {
                int size = fixedSize == 0 ? insn.operandSize : fixedSize;
                apply(cpu, Sizes.signExtend(cpu.readRm(insn, size), size), insn.immediate, size);
            };
        }

        default Handler accImm(int fixedSize) {
            return (cpu, insn) -> {
                int size = fixedSize == 0 ? insn.operandSize : fixedSize;
                apply(cpu, Sizes.signExtend(cpu.r[Cpu.RAX], size), insn.immediate, size);
            };
        }
    }
}
