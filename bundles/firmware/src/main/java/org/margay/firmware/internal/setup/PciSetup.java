package org.margay.firmware.internal.setup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.margay.firmware.internal.acpi.AcpiTables;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;

/**
 * Gives the devices of the root bus their addresses and interrupts, by configuration cycles as a BIOS does: I/O from 0xC000
 * up, memory below 0xFEC00000, prefetchable memory below that, larger ones first.
 */
final class PciSetup {
    private static final int IO_START = 0xC000;
    private static final int IO_END = 0x1_0000;
    private static final long MEMORY_END = 0xFEC0_0000L;
    private static final long PAGE = 4096;

    private static final int PIIX3 = 0x7000_8086;
    private static final int PIIX4_PM = 0x7113_8086;
    private static final int PIRQ_ROUTES = 0x60;
    /** ISA interrupts of the wires PIRQA# to PIRQD#. */
    private static final int[] INTERRUPTS = {10, 10, 11, 11};

    private static final int SCI = 9;
    private static final int PM_BASE = 0x40;
    private static final int PM_ENABLE = 0x80;
    private static final int SMBUS_BASE = 0x90;
    private static final int SMBUS_CONFIG = 0xD2;

    private enum Window {
        IO,
        MEMORY,
        PREFETCHABLE
    }

    /** A base address register and how much it decodes; wide ones have two halves. */
    private record Bar(PciSlot place, int offset, long size, Window window, boolean wide) {}

    private final PciBus bus;
    private final long lowRam;

    /** @param lowRam bytes of RAM that no device may cover */
    PciSetup(PciBus bus, long lowRam) {
        this.bus = bus;
        this.lowRam = lowRam;
    }

    void run() {
        List<Bar> bars = new ArrayList<>();
        for (PciFunction function : bus.functions()) {
            PciSlot place = function.place();
            if (place != null) {
                collect(place, bars);
                interrupt(place);
                chipSet(place);
            }
        }
        place(bars, Window.IO, IO_START, IO_END);
        long memory = placeBelow(bars, Window.MEMORY, MEMORY_END);
        placeBelow(bars, Window.PREFETCHABLE, memory);
        for (PciFunction function : bus.functions()) {
            PciSlot place = function.place();
            if (place != null) {
                int command = read(place, PciRegister.COMMAND, 2);
                write(place, PciRegister.COMMAND, 2, command | PciRegister.COMMAND_IO | PciRegister.COMMAND_MEMORY);
            }
        }
    }

    private void collect(PciSlot place, List<Bar> bars) {
        for (int index = 0; index < 6; index++) {
            int offset = PciRegister.BAR_0 + 4 * index;
            int type = read(place, offset, 4);
            boolean io = (type & PciRegister.BAR_IO) != 0;
            boolean wide = !io && (type & PciRegister.BAR_MEMORY_64) != 0;
            boolean prefetchable = !io && (type & PciRegister.BAR_PREFETCH) != 0;
            long size = size(place, offset, wide, io ? ~3 : ~15);
            if (size > 0) {
                bars.add(new Bar(
                        place,
                        offset,
                        size,
                        io ? Window.IO : prefetchable ? Window.PREFETCHABLE : Window.MEMORY,
                        wide));
            }
            if (wide) {
                index++;
            }
        }
        long rom = size(place, PciRegister.ROM_ADDRESS, false, ~0x7FF);
        if (rom > 0) {
            bars.add(new Bar(place, PciRegister.ROM_ADDRESS, rom, Window.MEMORY, false));
        }
    }

    /** Writes ones and sees which stay zero; the register gets its value back. 0 when there is no register. */
    private long size(PciSlot place, int offset, boolean wide, int mask) {
        long low = sizingBits(place, offset) & mask & 0xFFFF_FFFFL;
        if (!wide) {
            return low == 0 ? 0 : Long.lowestOneBit(low);
        }
        long high = sizingBits(place, offset + 4) & 0xFFFF_FFFFL;
        return Long.lowestOneBit(high << 32 | low);
    }

    private int sizingBits(PciSlot place, int offset) {
        int old = read(place, offset, 4);
        // An expansion ROM's enable bit stays clear.
        write(place, offset, 4, offset == PciRegister.ROM_ADDRESS ? ~1 : -1);
        int ones = read(place, offset, 4);
        write(place, offset, 4, old);
        return ones;
    }

    private void interrupt(PciSlot place) {
        int pin = read(place, PciRegister.INTERRUPT_PIN, 1);
        if (pin >= 1 && pin <= 4) {
            write(place, PciRegister.INTERRUPT_LINE, 1, INTERRUPTS[bus.wire(place.slot(), pin - 1)]);
        }
    }

    private void chipSet(PciSlot place) {
        switch (read(place, PciRegister.VENDOR_ID, 4)) {
            case PIIX3 -> {
                for (int wire = 0; wire < INTERRUPTS.length; wire++) {
                    write(place, PIRQ_ROUTES + wire, 1, INTERRUPTS[wire]);
                }
            }
            case PIIX4_PM -> {
                write(place, PciRegister.INTERRUPT_LINE, 1, SCI);
                write(place, PM_BASE, 4, AcpiTables.PM_BASE);
                write(place, PM_ENABLE, 1, 1);
                write(place, SMBUS_BASE, 4, AcpiTables.SMBUS_BASE);
                write(place, SMBUS_CONFIG, 1, 9);
            }
            default -> {}
        }
    }

    /** Places a window's registers so that they end below an address; gives where they start. */
    private long placeBelow(List<Bar> bars, Window window, long end) {
        long sum = 0;
        long largest = PAGE;
        for (Bar bar : bars) {
            if (bar.window() == window) {
                long size = Math.max(PAGE, bar.size());
                sum += size;
                largest = Math.max(largest, size);
            }
        }
        long start = Math.max(end - sum & -largest, lowRam);
        place(bars, window, start, end);
        return start;
    }

    /** Those that don't fit stay where they are: unmapped. */
    private void place(List<Bar> bars, Window window, long start, long end) {
        long least = window == Window.IO ? 1 : PAGE;
        long next = start;
        for (Bar bar : bars.stream()
                .filter(bar -> bar.window() == window)
                .sorted(Comparator.comparingLong(Bar::size).reversed())
                .toList()) {
            long address = next + bar.size() - 1 & -bar.size();
            if (address + bar.size() > end) {
                continue;
            }
            write(bar.place(), bar.offset(), 4, (int) address);
            if (bar.wide()) {
                write(bar.place(), bar.offset() + 4, 4, 0);
            }
            next = address + Math.max(least, bar.size());
        }
    }

    private int read(PciSlot place, int offset, int size) {
        return bus.readConfig(bus.number(), place.devfn(), offset, size);
    }

    private void write(PciSlot place, int offset, int size, int value) {
        bus.writeConfig(bus.number(), place.devfn(), offset, size, value);
    }
}
