package org.margay.cpu.internal.system;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;

/** Reads the GDT, the LDT and the TSS (SDM vol. 3, 3.5, 7.2, 7.7). */
final class DescriptorTables {
    /** The low bits of a selector: requested privilege level. */
    static final int RPL = 3;

    private static final int TABLE_INDICATOR = 4;
    private static final int BUSY = 2;

    private DescriptorTables() {}

    /** Null selectors differ in their RPL only. */
    static boolean isNull(int selector) {
        return (selector & ~RPL) == 0;
    }

    /** A fault that names a selector; {@code external} is the EXT bit, 0 or 1 (SDM vol. 3, 6.13). */
    static GuestFault fault(int vector, int selector, int external) {
        return GuestFault.of(vector, selector & ~RPL | external);
    }

    /**
     * The 8-byte descriptor of a selector that is not null.
     *
     * @param vector the fault when the selector lies outside its table: #GP or #TS
     */
    static Descriptor fetch(Cpu cpu, int selector, int vector, int external) {
        Descriptor descriptor = find(cpu, selector);
        if (descriptor == null) {
            throw fault(vector, selector, external);
        }
        return descriptor;
    }

    /** As {@link #fetch}, but null when the selector lies outside its table. */
    static @Nullable Descriptor find(Cpu cpu, int selector) {
        long address = address(cpu, selector, 8);
        return address == NOWHERE ? null : new Descriptor(cpu.mmu.loadSystem(address, 8));
    }

    /** Adds bytes 8-15 of a system descriptor of long mode. */
    static Descriptor widen(Cpu cpu, int selector, Descriptor descriptor, int vector, int external) {
        long address = address(cpu, selector, 16);
        if (address == NOWHERE) {
            throw fault(vector, selector, external);
        }
        long high = cpu.mmu.loadSystem(address + 8, 8);
        if ((high >>> 40 & 0x1F) != 0) {
            throw fault(vector, selector, external);
        }
        return new Descriptor(descriptor.low(), high & 0xFFFF_FFFFL);
    }

    private static final long NOWHERE = Long.MIN_VALUE;

    /** Linear address of a descriptor, or NOWHERE (which is not canonical) when its bytes pass the table's limit. */
    private static long address(Cpu cpu, int selector, int size) {
        int offset = selector & 0xFFF8;
        if ((selector & TABLE_INDICATOR) == 0) {
            return offset + size - 1 > cpu.gdtLimit ? NOWHERE : cpu.gdtBase + offset;
        }
        boolean usable = (cpu.segAttr[CpuState.LDTR] & Descriptor.PRESENT) != 0;
        return !usable || offset + size - 1 > cpu.segLimit[CpuState.LDTR]
                ? NOWHERE
                : cpu.segBase[CpuState.LDTR] + offset;
    }

    /** Sets the accessed bit of a code or data segment in memory, and gives the descriptor with it. */
    static Descriptor touch(Cpu cpu, int selector, Descriptor descriptor) {
        if ((descriptor.type() & Descriptor.ACCESSED) != 0) {
            return descriptor;
        }
        Descriptor accessed = new Descriptor(descriptor.low() | 1L << 40, descriptor.high());
        storeType(cpu, selector, accessed);
        return accessed;
    }

    /** Sets or clears the busy bit of a TSS in memory. */
    static Descriptor setBusy(Cpu cpu, int selector, Descriptor tss, boolean busy) {
        long bit = (long) BUSY << 40;
        Descriptor changed = new Descriptor(busy ? tss.low() | bit : tss.low() & ~bit, tss.high());
        storeType(cpu, selector, changed);
        return changed;
    }

    private static void storeType(Cpu cpu, int selector, Descriptor descriptor) {
        cpu.mmu.storeSystem(address(cpu, selector, 8) + 5, 1, descriptor.low() >>> 40 & 0xFF);
    }
}
