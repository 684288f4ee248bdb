package org.margay.pc;

import java.util.OptionalInt;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pci.PciBus;

/** What firmware needs to know of the board: published on the machine when the board is built. */
public interface PcBoard {
    /** Bytes of RAM from address 0. */
    long lowRamSize();

    /** Bytes of RAM from 4 GiB on. */
    long highRamSize();

    /** All of it, {@link #lowRamSize()} bytes first. */
    GuestRam ram();

    /**
     * The container of what shows in guest-physical addresses wherever RAM does not: BARs of PCI devices, the BIOS below
     * 4 GiB and its copy below 1 MiB, option ROMs, VGA memory.
     */
    MemoryRegion pciMemory();

    /** The root bus, "pci.0". */
    PciBus pciBus();

    /** The number by which the registers of ACPI PCI hot-plug select a bus; none for buses without. */
    OptionalInt hotplugNumber(PciBus bus);

    IsaBus isaBus();

    FwCfg fwCfg();

    /**
     * Sets a byte of the CMOS memory, as a BIOS of the board wants to find it.
     *
     * @param address 0x0E to 0x7F, but not 0x32, the century
     */
    void setCmos(int address, int value);
}
