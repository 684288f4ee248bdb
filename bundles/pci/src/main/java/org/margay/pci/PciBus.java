package org.margay.pci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.memory.AddressSpace;
import org.margay.memory.MemoryRegion;

/**
 * A PCI bus: 32 slots of up to eight functions, the address spaces that their BARs decode, and four interrupt wires. Under
 * the machine lock.
 */
public final class PciBus implements Bus {
    /** {@link #type()} of every PCI bus. */
    public static final String TYPE = "PCI";

    /** Slots of a bus. */
    public static final int SLOTS = 32;

    private static final int FUNCTIONS = 8;

    private final String name;
    private final MemoryRegion memory;
    private final MemoryRegion ports;
    private final AddressSpace dma;
    private final InterruptRouter router;
    private final InterruptMessages messages;
    private final int slots;
    private final @Nullable PciBridge bridge;
    private final @Nullable Device<?> owner;
    private PciHotplug hotplug = PciHotplug.NONE;
    private final @Nullable PciFunction[] functions = new @Nullable PciFunction[SLOTS * FUNCTIONS];
    /** Pins asserted on each wire. */
    private final int[] asserted = new int[4];

    /**
     * Makes an empty bus.
     *
     * @param name "pci.0" for the first
     * @param memory container in which memory BARs appear at their address
     * @param ports container in which I/O BARs appear
     * @param dma what devices read and write as bus masters
     * @param messages where message signalled interrupts go
     */
    public PciBus(
            String name,
            MemoryRegion memory,
            MemoryRegion ports,
            AddressSpace dma,
            InterruptRouter router,
            InterruptMessages messages) {
        this.name = name;
        this.memory = memory;
        this.ports = ports;
        this.dma = dma;
        this.router = router;
        this.messages = messages;
        this.slots = SLOTS;
        this.bridge = null;
        this.owner = null;
    }

    /** A bus behind a bridge: devices on it reach memory and interrupt as those on the primary bus do. */
    PciBus(
            String name,
            MemoryRegion memory,
            MemoryRegion ports,
            PciBus primary,
            InterruptRouter router,
            PciBridge bridge,
            int slots,
            Device<?> owner) {
        this.name = name;
        this.memory = memory;
        this.ports = ports;
        this.dma = primary.dma;
        this.router = router;
        this.messages = primary.messages;
        this.slots = slots;
        this.bridge = bridge;
        this.owner = owner;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** Behind a bridge, only where the guest can be told. */
    @Override
    public boolean hotpluggable() {
        return bridge == null || !hotplug.equals(PciHotplug.NONE);
    }

    @Override
    public Optional<Device<?>> owner() {
        return Optional.ofNullable(owner);
    }

    @Override
    public boolean hasRoom() {
        return IntStream.range(0, slots).anyMatch(slot -> functionsOf(slot).isEmpty());
    }

    /** Who tells the guest of cards that come and go. */
    public void setHotplug(PciHotplug controller) {
        hotplug = controller;
    }

    @Override
    public Map<String, String> placeOf(Device<?> device) {
        PciSlot place = device instanceof PciDevice<?> card ? card.pci().place() : null;
        return place == null ? Map.of() : Map.of("addr", place.toString());
    }

    @Override
    public void hotplugged(Device<?> device) {
        PciSlot place = device instanceof PciDevice<?> card ? card.pci().place() : null;
        if (place != null && place.function() == 0) {
            hotplug.plugged(place.slot());
        }
    }

    /** A slot goes as a whole: when the guest lets it go, all its functions are released. */
    @Override
    public boolean askToRelease(Device<?> device, Runnable released) {
        PciSlot place = device instanceof PciDevice<?> card ? card.pci().place() : null;
        return place == null || hotplug.askToRelease(place.slot(), released);
    }

    AddressSpace dma() {
        return dma;
    }

    InterruptMessages messages() {
        return messages;
    }

    PciHotplug hotplug() {
        return hotplug;
    }

    /** Bus number in configuration addresses: the root bus's is 0, others' is 0 until the guest numbers them. */
    public int number() {
        return bridge == null ? 0 : bridge.secondaryNumber();
    }

    /** The container in which what answers on the bus shows in memory space: BARs, and ROMs of the board. */
    public MemoryRegion memory() {
        return memory;
    }

    MemoryRegion ports() {
        return ports;
    }

    /** What is plugged, by slot, then function. */
    public List<PciFunction> functions() {
        return IntStream.range(0, functions.length)
                .mapToObj(devfn -> functions[devfn])
                .filter(Objects::nonNull)
                .toList();
    }

    /** This bus and all behind its bridges, each before those behind it. */
    public List<PciBus> withThoseBehind() {
        List<PciBus> all = new ArrayList<>();
        all.add(this);
        for (PciFunction function : functions()) {
            function.secondary().ifPresent(behind -> all.addAll(behind.withThoseBehind()));
        }
        return all;
    }

    /** The function at a place, or null. */
    public @Nullable PciFunction function(PciSlot place) {
        return functions[place.devfn()];
    }

    /** Which interrupt wire a pin (0 INTA# to 3) of a slot leads to. */
    public int wire(int slot, int pin) {
        return router.wire(slot, pin);
    }

    /**
     * Plugs a function into the first free slot, as function 0.
     *
     * @throws DeviceException when all slots are taken
     */
    public PciSlot plug(PciFunction function) throws DeviceException {
        for (int slot = 0; slot < slots; slot++) {
            if (functionsOf(slot).isEmpty()) {
                return plug(function, new PciSlot(slot, 0));
            }
        }
        throw new DeviceException(
                "PCI: no slot/function available for %s, all in use or reserved".formatted(function.driver()));
    }

    /**
     * Plugs a function.
     *
     * @throws DeviceException when the place is taken, or slot and function don't agree on being multifunction
     */
    public PciSlot plug(PciFunction function, PciSlot place) throws DeviceException {
        if (place.slot() >= slots) {
            throw new DeviceException(
                    "PCI: slot %d is not valid for %s, parent device only allows plugging into slot 0."
                            .formatted(place.slot(), function.driver()));
        }
        PciFunction other = functions[place.devfn()];
        if (other != null) {
            throw new DeviceException("PCI: slot %d function %d not available for %s, in use by %s%s"
                    .formatted(
                            place.slot(),
                            place.function(),
                            function.driver(),
                            other.driver(),
                            other.id().isEmpty() ? "" : ",id=" + other.id()));
        }
        PciFunction first = functions[new PciSlot(place.slot(), 0).devfn()];
        if (place.function() != 0 && first != null && !first.isMultifunction()) {
            throw new DeviceException("PCI: single function device can't be populated in function %x.%x"
                    .formatted(place.slot(), place.function()));
        }
        if (place.function() == 0
                && !function.isMultifunction()
                && !functionsOf(place.slot()).isEmpty()) {
            throw new DeviceException("PCI: %x.0 indicates single function, but other functions are already populated"
                    .formatted(place.slot()));
        }
        functions[place.devfn()] = function;
        function.pluggedInto(this, place);
        return place;
    }

    /** Takes a function out, with all its mappings; nothing happens when it is not here. */
    public void unplug(PciFunction function) {
        PciSlot place = function.place();
        if (place != null && functions[place.devfn()] == function) {
            function.unplugged();
            functions[place.devfn()] = null;
        }
    }

    /** Whether any function is in a slot. */
    public boolean occupied(int slot) {
        return !functionsOf(slot).isEmpty();
    }

    /** Whether cards may come to a slot and leave it: not those that are {@link PciFunction#fixed}. */
    public boolean hotpluggable(int slot) {
        return slot < slots && functionsOf(slot).stream().noneMatch(PciFunction::isFixed);
    }

    private List<PciFunction> functionsOf(int slot) {
        List<PciFunction> found = new ArrayList<>();
        for (int function = 0; function < FUNCTIONS; function++) {
            PciFunction plugged = functions[slot * FUNCTIONS + function];
            if (plugged != null) {
                found.add(plugged);
            }
        }
        return found;
    }

    /**
     * A configuration read; all ones where no function is.
     *
     * @param busNumber 0 to 255
     * @param devfn slot and function in one byte
     */
    public int readConfig(int busNumber, int devfn, int offset, int size) {
        PciBus bus = busOf(busNumber);
        PciFunction function = bus == null ? null : bus.functions[devfn];
        return function == null ? -1 >>> (32 - 8 * size) : function.readConfig(offset, size);
    }

    /** A configuration write; dropped where no function is. */
    public void writeConfig(int busNumber, int devfn, int offset, int size, int value) {
        PciBus bus = busOf(busNumber);
        PciFunction function = bus == null ? null : bus.functions[devfn];
        if (function != null) {
            function.writeConfig(offset, size, value);
        }
    }

    /** The bus that a configuration cycle on this one ends at: bridges hand it on by their numbers, the first that is asked. */
    private @Nullable PciBus busOf(int busNumber) {
        if (busNumber == number()) {
            return this;
        }
        for (PciFunction function : functions) {
            PciBridge candidate = function == null ? null : function.bridge();
            if (candidate != null && candidate.leadsTo(busNumber)) {
                return candidate.secondary().busOf(busNumber);
            }
        }
        return null;
    }

    /** RST# of the bus is asserted and released. */
    void reset() {
        functions().forEach(PciFunction::resetByBus);
    }

    void pinChanged(int slot, int pin, boolean high) {
        int wire = router.wire(slot, pin);
        boolean before = asserted[wire] > 0;
        asserted[wire] += high ? 1 : -1;
        if (before != asserted[wire] > 0) {
            router.set(wire, asserted[wire] > 0);
        }
    }

    /** Whatever asserts a pin lets go. */
    void releasePins() {
        for (int wire = 0; wire < asserted.length; wire++) {
            if (asserted[wire] > 0) {
                asserted[wire] = 0;
                router.set(wire, false);
            }
        }
    }
}
