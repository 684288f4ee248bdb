package org.margay.cpu.internal.system;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

/**
 * A stack on the way to becoming, or being, the current one: pushes and pops move a copy of the pointer, and RSP
 * changes with {@link #commit} only, so that a fault half-way leaves it alone.
 */
final class Stack {
    private final Cpu cpu;
    private final long base;
    private final long limit;
    private final boolean expandDown;
    private final long mask;
    private final boolean user;
    private final int errorCode;
    private long pointer;

    private Stack(
            Cpu cpu, long base, long limit, boolean expandDown, long mask, boolean user, int errorCode, long pointer) {
        this.cpu = cpu;
        this.base = base;
        this.limit = limit;
        this.expandDown = expandDown;
        this.mask = mask;
        this.user = user;
        this.errorCode = errorCode;
        this.pointer = pointer & mask;
    }

    /** SS:RSP as it stands. */
    static Stack current(Cpu cpu, int external) {
        int attributes = cpu.segAttr[CpuState.SS];
        return new Stack(
                cpu,
                Mode.is64Bit(cpu) ? 0 : cpu.segBase[CpuState.SS],
                cpu.segLimit[CpuState.SS],
                (attributes & Descriptor.EXPAND_DOWN) != 0,
                Mode.stackMask(cpu),
                cpu.cpl == 3,
                external,
                cpu.r[CpuState.RSP]);
    }

    /** The stack of another privilege level, outside 64-bit mode. */
    static Stack of(Cpu cpu, int selector, Descriptor segment, long pointer, int external) {
        return new Stack(
                cpu,
                segment.base(),
                segment.limit(),
                (segment.type() & Descriptor.EXPAND_DOWN) != 0,
                segment.isBig() ? 0xFFFF_FFFFL : 0xFFFF,
                segment.dpl() == 3,
                selector & ~DescriptorTables.RPL | external,
                pointer);
    }

    /** A stack of 64-bit mode. */
    static Stack flat(Cpu cpu, long pointer, int privilege, int external) {
        return new Stack(cpu, 0, 0, false, -1, privilege == 3, external, pointer);
    }

    void push(long value, int size) {
        long next = pointer - size & mask;
        check(next, size);
        if (user) {
            cpu.mmu.store(linear(next), size, value);
        } else {
            cpu.mmu.storeSystem(linear(next), size, value);
        }
        pointer = next;
    }

    long pop(int size) {
        long value = peek(0, size);
        pointer = pointer + size & mask;
        return value;
    }

    /** Reads above the pointer. */
    long peek(long offset, int size) {
        long from = pointer + offset & mask;
        check(from, size);
        return user ? cpu.mmu.load(linear(from), size) : cpu.mmu.loadSystem(linear(from), size);
    }

    /** Drops bytes. */
    void skip(long bytes) {
        pointer = pointer + bytes & mask;
    }

    /** The pointer becomes RSP, as far as this stack's width goes. */
    void commit() {
        long[] r = cpu.r;
        r[CpuState.RSP] = mask == 0xFFFF ? r[CpuState.RSP] & ~mask | pointer : pointer;
    }

    private long linear(long offset) {
        return mask == -1 ? offset : base + offset & 0xFFFF_FFFFL;
    }

    private void check(long from, int size) {
        long last = from + size - 1;
        boolean inside;
        if (mask == -1) {
            inside = Mode.isCanonical(from) && Mode.isCanonical(last);
        } else if (expandDown) {
            inside = from > limit && last <= mask;
        } else {
            inside = last <= limit;
        }
        if (!inside) {
            throw GuestFault.of(GuestFault.SS, errorCode);
        }
    }
}
