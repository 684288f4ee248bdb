package org.margay.pci;

import org.margay.memory.MemoryRegion;

/**
 * A base address register and what it maps (PCI 3.0, section 6.2.5).
 *
 * @param index 0 to 5, or {@link #ROM} for the expansion ROM
 * @param region what shows at the address; its size is the register's
 */
public record PciBar(int index, Kind kind, MemoryRegion region) {
    /** Index of the expansion ROM, as query-pci counts it. */
    public static final int ROM = 6;

    /** What a register decodes. */
    public enum Kind {
        IO,
        MEMORY,
        MEMORY_PREFETCH,
        MEMORY_64,
        MEMORY_64_PREFETCH,
        EXPANSION_ROM;

        boolean is64Bit() {
            return this == MEMORY_64 || this == MEMORY_64_PREFETCH;
        }

        boolean prefetch() {
            return this == MEMORY_PREFETCH || this == MEMORY_64_PREFETCH;
        }
    }

    public PciBar {
        long size = region.size();
        long least = kind == Kind.IO ? 4 : kind == Kind.EXPANSION_ROM ? 2048 : 16;
        long most = kind == Kind.IO ? 256 : kind.is64Bit() ? 1L << 40 : 1L << 31;
        int last = kind == Kind.EXPANSION_ROM ? ROM : kind.is64Bit() ? 4 : 5;
        if (Long.bitCount(size) != 1 || size < least || size > most) {
            throw new IllegalArgumentException("BAR %d of %d bytes".formatted(index, size));
        }
        if (index < 0 || index > last || (index == ROM) != (kind == Kind.EXPANSION_ROM)) {
            throw new IllegalArgumentException("BAR %d can't be %s".formatted(index, kind));
        }
    }

    /** Offset of the register in configuration space. */
    int offset() {
        return index == ROM ? PciRegister.ROM_ADDRESS : PciRegister.BAR_0 + 4 * index;
    }

    /** Low bits that only say the kind. */
    int typeBits() {
        return switch (kind) {
            case IO -> PciRegister.BAR_IO;
            case MEMORY, EXPANSION_ROM -> 0;
            case MEMORY_PREFETCH -> PciRegister.BAR_PREFETCH;
            case MEMORY_64 -> PciRegister.BAR_MEMORY_64;
            case MEMORY_64_PREFETCH -> PciRegister.BAR_MEMORY_64 | PciRegister.BAR_PREFETCH;
        };
    }
}
