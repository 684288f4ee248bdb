package org.margay.cpu.internal.system;

import org.margay.cpu.internal.CpuState;

/** Operating modes (SDM vol. 3, 2.2), asked of the registers that define them. */
public final class Mode {
    private Mode() {}

    /** CR0.PE is set; virtual-8086 mode included. */
    public static boolean isProtected(CpuState cpu) {
        return (cpu.cr0 & ControlBits.CR0_PE) != 0;
    }

    /** Virtual-8086 mode. */
    public static boolean isVirtual(CpuState cpu) {
        return (cpu.flags & Rflags.VM) != 0;
    }

    /** Real or virtual-8086 mode: selectors are paragraph numbers. */
    public static boolean isParagraph(CpuState cpu) {
        return !isProtected(cpu) || isVirtual(cpu);
    }

    /** IA-32e mode: 64-bit or compatibility. */
    public static boolean isLong(CpuState cpu) {
        return (cpu.efer & ControlBits.EFER_LMA) != 0;
    }

    /** 64-bit mode. */
    public static boolean is64Bit(CpuState cpu) {
        return isLong(cpu) && (cpu.segAttr[CpuState.CS] & Descriptor.LONG) != 0;
    }

    /** Bits of the stack pointer that stack accesses use: 16, 32 or all 64. */
    static long stackMask(CpuState cpu) {
        if (is64Bit(cpu)) {
            return -1;
        }
        return (cpu.segAttr[CpuState.SS] & Descriptor.BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFF;
    }

    /** Whether an address fits the 48 bits of four-level paging (SDM vol. 1, 3.3.7.1). */
    public static boolean isCanonical(long address) {
        return address << 16 >> 16 == address;
    }
}
