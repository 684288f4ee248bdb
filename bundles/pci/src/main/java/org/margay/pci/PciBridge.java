package org.margay.pci;

import java.util.ArrayList;
import java.util.List;
import org.margay.machine.Device;
import org.margay.memory.MemoryRegion;

/**
 * What makes a function a bridge to another bus (PCI-to-PCI Bridge Architecture Specification 1.2, chapter 3): a header of type 1, whose
 * bus numbers say which configuration cycles go on to the secondary bus, and whose windows say which of its addresses are seen from
 * the primary bus. Interrupt pins of the secondary bus come out as the bridge's own, each slot rotated by one (section 9.1). A bridge
 * device holds one and plugs its {@link #pci() function}. Under the machine lock.
 *
 * <p>As bus masters, devices behind the bridge reach what those before it reach, whether the bridge's own bus master bit is set or
 * not: BIOSes boot through bridges without it.
 */
public final class PciBridge {
    private static final int IO_BASE_MASK = 0xF0;
    private static final int MEMORY_BASE_MASK = 0xFFF0;
    private static final int MIB_SHIFT = 16;
    private static final int BUS_NUMBERS = 0xFFFF_FFFF;
    private static final long IO_SPACE = 0x1_0000;
    private static final long KIB = 1024;
    /** What an ISA card decodes of each KiB; the rest is another name for it. */
    private static final long ISA_BLOCK = 256;

    private static final BridgeWindow.Range VGA_MEMORY = new BridgeWindow.Range(0xA0000, 0xBFFFF);
    private static final List<BridgeWindow.Range> VGA_PORTS =
            List.of(new BridgeWindow.Range(0x3B0, 0x3BB), new BridgeWindow.Range(0x3C0, 0x3DF));

    private final PciFunction pci;
    private final PciBus secondary;
    private final BridgeWindow memory;
    private final BridgeWindow ports;
    private boolean inReset;

    /**
     * Makes a bridge whose function is not plugged yet.
     *
     * @param primary the bus that the function will be plugged into
     * @param id the user's id of the device, or ""
     * @param identity what it says it is; bridges have no subsystem ids
     * @param busName name of the secondary bus
     * @param slots of the secondary bus: 32, or 1 where a link leads to a single device
     * @param owner the bridge as a device
     */
    public PciBridge(
            PciBus primary,
            String driver,
            String id,
            PciIdentity identity,
            String busName,
            int slots,
            Device<?> owner) {
        MemoryRegion memorySpace =
                MemoryRegion.container(busName + "-memory", primary.memory().size());
        MemoryRegion portSpace =
                MemoryRegion.container(busName + "-ports", primary.ports().size());
        memory = new BridgeWindow(busName + "-memory-window", memorySpace);
        ports = new BridgeWindow(busName + "-port-window", portSpace);
        pci = new PciFunction(driver, id, identity, this);
        secondary = new PciBus(busName, memorySpace, portSpace, primary, new Swizzle(), this, slots, owner);
        declareRegisters();
    }

    /** Bridge's pins are those of the slots behind it, rotated. */
    private final class Swizzle implements InterruptRouter {
        @Override
        public int wire(int slot, int pin) {
            return slot + pin & 3;
        }

        @Override
        public void set(int wire, boolean asserted) {
            PciBus primary = pci.bus();
            PciSlot place = pci.place();
            if (primary != null && place != null) {
                primary.pinChanged(place.slot(), wire, asserted);
            }
        }
    }

    private void declareRegisters() {
        ConfigSpace config = pci.config();
        config.set(PciRegister.HEADER_TYPE, 1, PciRegister.HEADER_BRIDGE);
        // Primary, secondary and subordinate bus number, secondary latency timer.
        config.writable(PciRegister.PRIMARY_BUS, 4, BUS_NUMBERS);
        config.writable(PciRegister.IO_BASE, 1, IO_BASE_MASK);
        config.writable(PciRegister.IO_LIMIT, 1, IO_BASE_MASK);
        config.clearedByOne(PciRegister.SECONDARY_STATUS, 2, PciRegister.STATUS_ERRORS);
        config.writable(PciRegister.MEMORY_BASE, 2, MEMORY_BASE_MASK);
        config.writable(PciRegister.MEMORY_LIMIT, 2, MEMORY_BASE_MASK);
        config.set(PciRegister.PREFETCH_BASE, 2, PciRegister.PREFETCH_64);
        config.set(PciRegister.PREFETCH_LIMIT, 2, PciRegister.PREFETCH_64);
        config.writable(PciRegister.PREFETCH_BASE, 2, MEMORY_BASE_MASK);
        config.writable(PciRegister.PREFETCH_LIMIT, 2, MEMORY_BASE_MASK);
        config.writable(PciRegister.PREFETCH_BASE_UPPER, 4, -1);
        config.writable(PciRegister.PREFETCH_LIMIT_UPPER, 4, -1);
        config.writable(PciRegister.BRIDGE_CONTROL, 2, PciRegister.BRIDGE_CONTROL_BITS);
    }

    /** Closes all windows until they are programmed: for bridges that come up so. Before the function is plugged. */
    public void closeWindows() {
        ConfigSpace config = pci.config();
        config.set(PciRegister.IO_BASE, 1, IO_BASE_MASK);
        config.set(PciRegister.MEMORY_BASE, 2, MEMORY_BASE_MASK);
        config.set(PciRegister.PREFETCH_BASE, 2, MEMORY_BASE_MASK | PciRegister.PREFETCH_64);
    }

    /** Its function on the primary bus. */
    public PciFunction pci() {
        return pci;
    }

    /** The bus behind it. */
    public PciBus secondary() {
        return secondary;
    }

    int primaryNumber() {
        return pci.config().getByte(PciRegister.PRIMARY_BUS);
    }

    int secondaryNumber() {
        return pci.config().getByte(PciRegister.SECONDARY_BUS);
    }

    int subordinateNumber() {
        return pci.config().getByte(PciRegister.SUBORDINATE_BUS);
    }

    /** Whether configuration cycles to a bus go on to the secondary side; none do while that is in reset. */
    boolean leadsTo(int busNumber) {
        return !inReset && busNumber >= secondaryNumber() && busNumber <= subordinateNumber();
    }

    /** Closed when the first address is behind the last. */
    BridgeWindow.Range portRange() {
        ConfigSpace config = pci.config();
        return new BridgeWindow.Range(
                (config.getByte(PciRegister.IO_BASE) & IO_BASE_MASK) << 8,
                (config.getByte(PciRegister.IO_LIMIT) & IO_BASE_MASK) << 8 | 0xFFF);
    }

    BridgeWindow.Range memoryRange() {
        ConfigSpace config = pci.config();
        return new BridgeWindow.Range(
                (config.getWord(PciRegister.MEMORY_BASE) & MEMORY_BASE_MASK) << MIB_SHIFT & 0xFFFF_FFFFL,
                (config.getWord(PciRegister.MEMORY_LIMIT) & MEMORY_BASE_MASK) << MIB_SHIFT & 0xFFFF_FFFFL | 0xFFFFF);
    }

    BridgeWindow.Range prefetchableRange() {
        ConfigSpace config = pci.config();
        return new BridgeWindow.Range(
                prefetchable(config, PciRegister.PREFETCH_BASE, PciRegister.PREFETCH_BASE_UPPER),
                prefetchable(config, PciRegister.PREFETCH_LIMIT, PciRegister.PREFETCH_LIMIT_UPPER) | 0xFFFFF);
    }

    private static long prefetchable(ConfigSpace config, int lower, int upper) {
        return (config.getWord(lower) & MEMORY_BASE_MASK) << MIB_SHIFT & 0xFFFF_FFFFL
                | (long) config.get(upper, 4) << 32;
    }

    /** The function was plugged: the bus behind it belongs to the machine. */
    void plugged(PciBus primary) {
        secondary.setHotplug(primary.hotplug().behind(secondary));
        update();
    }

    /** The function is about to leave its bus. */
    void unplugged() {
        secondary.releasePins();
        secondary.setHotplug(PciHotplug.NONE);
        memory.hide();
        ports.hide();
    }

    /** The guest wrote registers: besides what {@link #update} does, a reset of the secondary bus may begin. */
    void written() {
        boolean before = inReset;
        update();
        if (inReset && !before) {
            secondary.reset();
        }
    }

    /** Registers have other values. */
    void update() {
        int control = pci.config().getWord(PciRegister.BRIDGE_CONTROL);
        inReset = (control & PciRegister.BRIDGE_CONTROL_RESET) != 0;
        PciBus primary = pci.bus();
        if (primary != null) {
            int command = pci.config().getWord(PciRegister.COMMAND);
            boolean vga = (control & PciRegister.BRIDGE_CONTROL_VGA) != 0;
            boolean isa = (control & PciRegister.BRIDGE_CONTROL_ISA) != 0;
            memory.show(
                    primary.memory(),
                    (command & PciRegister.COMMAND_MEMORY) == 0 ? List.of() : memoryRanges(vga, primary.memory()));
            ports.show(primary.ports(), (command & PciRegister.COMMAND_IO) == 0 ? List.of() : portRanges(vga, isa));
        }
    }

    private List<BridgeWindow.Range> memoryRanges(boolean vga, MemoryRegion space) {
        List<BridgeWindow.Range> ranges = new ArrayList<>();
        if (vga) {
            ranges.add(VGA_MEMORY);
        }
        BridgeWindow.Range range = memoryRange();
        if (range.first() <= range.last()) {
            ranges.add(range);
        }
        BridgeWindow.Range prefetchable = prefetchableRange();
        if (prefetchable.first() >= 0) {
            // A limit beyond all positive numbers is beyond the space.
            long limit = prefetchable.last() < 0 ? Long.MAX_VALUE : prefetchable.last();
            BridgeWindow.Range part = new BridgeWindow.Range(prefetchable.first(), limit).within(0, space.size() - 1);
            if (part != null) {
                ranges.add(part);
            }
        }
        return ranges;
    }

    private List<BridgeWindow.Range> portRanges(boolean vga, boolean isa) {
        List<BridgeWindow.Range> ranges = new ArrayList<>();
        if (vga) {
            ranges.addAll(VGA_PORTS);
        }
        BridgeWindow.Range range = portRange();
        if (range.first() > range.last()) {
            return ranges;
        }
        if (!isa) {
            ranges.add(range);
            return ranges;
        }
        for (long block = 0; block < IO_SPACE; block += KIB) {
            BridgeWindow.Range part = range.within(block, block + ISA_BLOCK - 1);
            if (part != null) {
                ranges.add(part);
            }
        }
        return ranges;
    }
}
