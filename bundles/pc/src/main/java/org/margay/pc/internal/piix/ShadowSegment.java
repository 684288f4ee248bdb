package org.margay.pc.internal.piix;

import java.util.List;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * One segment of the legacy area whose reads and writes a PAM register sends to RAM or to PCI (82441FX datasheet, section
 * 3.2.17). While only writes go to RAM, a BIOS can copy itself onto the place where it runs.
 */
final class ShadowSegment {
    private static final int READ = 1;
    private static final int WRITE = 2;

    private final long address;
    private final MemoryRegion both;
    private final MemoryRegion readOnly;
    private final MemoryRegion writeOnly;

    /** @param pci what reads see that don't go to RAM */
    ShadowSegment(GuestRam ram, long address, long size, AddressSpace pci) {
        this.address = address;
        both = MemoryRegion.ram("shadow-ram", ram, address, size);
        readOnly = MemoryRegion.rom("shadow-rom", ram, address, size);
        writeOnly = MemoryRegion.io("shadow-write", size, AccessSizes.UP_TO_8, new IoHandler() {
            @Override
            public long read(long offset, int width) {
                return pci.read(address + offset, width);
            }

            @Override
            public void write(long offset, int width, long value) {
                ram.set(address + offset, width, value);
            }
        });
        attributes(0);
    }

    long address() {
        return address;
    }

    List<MemoryRegion> regions() {
        return List.of(both, readOnly, writeOnly);
    }

    /** Takes the low two bits of a PAM register's half: read enable, write enable. */
    void attributes(int bits) {
        both.setEnabled((bits & (READ | WRITE)) == (READ | WRITE));
        readOnly.setEnabled((bits & (READ | WRITE)) == READ);
        writeOnly.setEnabled((bits & (READ | WRITE)) == WRITE);
    }
}
