package org.margay.cpu.internal.integer;

import java.util.function.LongSupplier;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;
import org.margay.cpu.internal.mmu.HostCmpxchg16b;

/** XCHG, XADD and the CMPXCHG family. */
final class Exchange {
    private static final Operation ADD = Arithmetic::add;
    private static final Operation REPLACE = (_, _, b, _) -> b;

    private Exchange() {}

    static Handler xadd(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long b = Sizes.signExtend(cpu.reg(insn, insn.reg, size), size);
            if (insn.mod == 3) {
                long a = Sizes.signExtend(cpu.reg(insn, insn.rm, size), size);
                cpu.setReg(insn, insn.reg, size, a);
                cpu.setReg(insn, insn.rm, size, Arithmetic.add(cpu, a, b, size));
            } else {
                long linear = insn.linearAddress(cpu, size, true);
                cpu.setReg(insn, insn.reg, size, ADD.updateMemory(cpu, linear, size, b, insn.lock));
            }
        };
    }

    /** With memory it is locked whether the prefix is there or not. */
    static Handler xchg(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long b = cpu.reg(insn, insn.reg, size);
            if (insn.mod == 3) {
                long a = cpu.reg(insn, insn.rm, size);
                cpu.setReg(insn, insn.rm, size, b);
                cpu.setReg(insn, insn.reg, size, a);
            } else {
                cpu.setReg(insn, insn.reg, size, swap(cpu, insn.linearAddress(cpu, size, true), size, b));
            }
        };
    }

    private static long swap(Cpu cpu, long linear, int size, long value) {
        int flagOp = cpu.flagOp;
        long flagA = cpu.flagA;
        long old = REPLACE.updateMemory(cpu, linear, size, value, true);
        cpu.flagOp = flagOp;
        cpu.flagA = flagA;
        return old;
    }

    /** 90 itself is NOP: in 64-bit mode it does not clear the upper half of RAX. */
    static void xchgAccumulator(Cpu cpu, Insn insn) {
        if (insn.rm == Cpu.RAX) {
            if (insn.rep) {
                cpu.spin.pause();
            }
            return;
        }
        int size = insn.operandSize;
        long a = cpu.reg(insn, Cpu.RAX, size);
        long b = cpu.reg(insn, insn.rm, size);
        cpu.setReg(insn, insn.rm, size, a);
        cpu.setReg(insn, Cpu.RAX, size, b);
    }

    static Handler cmpxchg(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long source = cpu.reg(insn, insn.reg, size);
            long expected = Sizes.signExtend(cpu.r[Cpu.RAX], size);
            long old;
            if (insn.mod == 3) {
                old = Sizes.signExtend(cpu.reg(insn, insn.rm, size), size);
                // A 32-bit destination is written, and so its upper half cleared, only when the comparison holds.
                if (old == expected) {
                    cpu.setReg(insn, insn.rm, size, source);
                }
            } else {
                old = compareMemory(cpu, insn, size, expected, source);
            }
            if (old != expected) {
                cpu.setReg(insn, Cpu.RAX, size, old);
            }
            LazyFlags.sub(cpu, expected, old, Sizes.signExtend(expected - old, size));
        };
    }

    private static long compareMemory(Cpu cpu, Insn insn, int size, long expected, long source) {
        long linear = insn.linearAddress(cpu, size, true);
        long host = insn.lock && (linear & size - 1) == 0 ? cpu.mmu.hostForWrite(linear, size) : 0;
        if (host == 0) {
            cpu.mmu.checkWrite(linear, size);
            LongSupplier exchange = () -> {
                long old = Sizes.signExtend(cpu.mmu.load(linear, size), size);
                cpu.mmu.store(linear, size, old == expected ? source : old);
                return old;
            };
            return insn.lock ? cpu.busLock.locked(cpu, exchange) : exchange.getAsLong();
        }
        while (true) {
            long seen = HostAccess.getVolatile(host, size);
            long old = Sizes.signExtend(seen, size);
            if (old != expected || HostAccess.compareAndSet(host, size, seen, source)) {
                return old;
            }
        }
    }

    static void cmpxchg8b(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, 8, true);
        long expected = cpu.r[Cpu.RDX] << 32 | cpu.r[Cpu.RAX] & 0xFFFF_FFFFL;
        long source = cpu.r[Cpu.RCX] << 32 | cpu.r[Cpu.RBX] & 0xFFFF_FFFFL;
        long host = insn.lock && (linear & 7) == 0 ? cpu.mmu.hostForWrite(linear, 8) : 0;
        long old;
        if (host == 0) {
            cpu.mmu.checkWrite(linear, 8);
            LongSupplier exchange = () -> {
                long seen = cpu.mmu.load64(linear);
                cpu.mmu.store64(linear, seen == expected ? source : seen);
                return seen;
            };
            old = insn.lock ? cpu.busLock.locked(cpu, exchange) : exchange.getAsLong();
        } else {
            old = HostAccess.getVolatile(host, 8);
            while (old == expected && !HostAccess.compareAndSet(host, 8, expected, source)) {
                old = HostAccess.getVolatile(host, 8);
            }
        }
        if (old != expected) {
            cpu.setReg32(Cpu.RAX, (int) old);
            cpu.setReg32(Cpu.RDX, (int) (old >>> 32));
        }
        LazyFlags.update(cpu, LazyFlags.ZF, old == expected ? LazyFlags.ZF : 0);
    }

    static void cmpxchg16b(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, 16, true);
        if ((linear & 15) != 0) {
            throw GuestFault.gp(0);
        }
        cpu.mmu.checkWrite(linear, 16);
        boolean equal;
        if (!insn.lock) {
            equal = exchange16(cpu, linear);
        } else {
            long host = HostCmpxchg16b.isAvailable() ? cpu.mmu.hostForWrite(linear, 16) : 0;
            equal = host == 0
                    ? cpu.busLock.locked(cpu, () -> exchange16(cpu, linear) ? 1 : 0) != 0
                    : exchange16OnHost(cpu, host);
        }
        LazyFlags.update(cpu, LazyFlags.ZF, equal ? LazyFlags.ZF : 0);
    }

    private static boolean exchange16(Cpu cpu, long linear) {
        long low = cpu.mmu.load64(linear);
        long high = cpu.mmu.load64(linear + 8);
        if (low == cpu.r[Cpu.RAX] && high == cpu.r[Cpu.RDX]) {
            cpu.mmu.store128(linear, cpu.r[Cpu.RBX], cpu.r[Cpu.RCX]);
            return true;
        }
        cpu.mmu.store128(linear, low, high);
        cpu.r[Cpu.RAX] = low;
        cpu.r[Cpu.RDX] = high;
        return false;
    }

    private static boolean exchange16OnHost(Cpu cpu, long host) {
        long[] values = {cpu.r[Cpu.RAX], cpu.r[Cpu.RDX], cpu.r[Cpu.RBX], cpu.r[Cpu.RCX]};
        boolean equal = HostCmpxchg16b.compareAndExchange(host, values);
        cpu.r[Cpu.RAX] = values[0];
        cpu.r[Cpu.RDX] = values[1];
        return equal;
    }
}
