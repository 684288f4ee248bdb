package org.margay.firmware.internal.setup;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.margay.firmware.internal.acpi.Hardware;
import org.margay.firmware.internal.acpi.HotplugBus;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.Machine;
import org.margay.memory.AddressSpace;
import org.margay.pc.PcBoard;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciSlot;

/** Finds out by their registers which chips are there, as a BIOS does. */
public final class HardwareProbe {
    private static final int[] SERIAL_PORTS = {0x3F8, 0x2F8, 0x3E8, 0x2E8};
    private static final long HPET_CAPABILITIES = 0xFED0_0000L;
    private static final int KEYBOARD_STATUS = 0x64;

    private final AddressSpace ports;
    private final AddressSpace memory;

    private HardwareProbe(Machine machine) {
        this.ports = machine.ports();
        this.memory = machine.memory();
    }

    /** Looks at a machine whose devices are all built. */
    public static Hardware look(Machine machine, PciBus bus, MemoryLayout layout) {
        HardwareProbe probe = new HardwareProbe(machine);
        int[] wires = new int[128];
        for (int pair = 0; pair < wires.length; pair++) {
            wires[pair] = bus.wire(pair >> 2, pair & 3);
        }
        int cpus = Math.max(1, machine.cpus().size());
        return new Hardware(
                layout,
                cpus,
                probe.hpet(),
                probe.keyboardController(),
                probe.serialPorts(),
                probe.panicPort(),
                machine.find(PcBoard.class).flatMap(board -> hotplug(board, bus)),
                wires);
    }

    /** A bus whose slots the hot-plug controller of the board knows. */
    private static Optional<HotplugBus> hotplug(PcBoard board, PciBus bus) {
        OptionalInt number = board.hotplugNumber(bus);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        SortedSet<Integer> slots = new TreeSet<>();
        for (int slot = 0; slot < PciBus.SLOTS; slot++) {
            if (bus.hotpluggable(slot)) {
                slots.add(slot);
            }
        }
        Map<Integer, HotplugBus> bridges = new HashMap<>();
        for (PciFunction function : bus.functions()) {
            PciSlot place = function.place();
            if (place != null) {
                function.secondary()
                        .flatMap(behind -> hotplug(board, behind))
                        .ifPresent(behind -> bridges.put(place.devfn(), behind));
            }
        }
        return Optional.of(new HotplugBus(number.getAsInt(), slots, bridges));
    }

    static int serialBase(int index) {
        return SERIAL_PORTS[index];
    }

    /** Found by an interrupt enable register that keeps what is written. */
    private Set<Integer> serialPorts() {
        Set<Integer> found = new TreeSet<>();
        for (int index = 0; index < SERIAL_PORTS.length; index++) {
            int enable = SERIAL_PORTS[index] + 1;
            int old = in(enable);
            ports.write(enable, 1, 2);
            boolean there = in(enable) == 2;
            ports.write(enable, 1, old);
            if (there) {
                found.add(index);
            }
        }
        return found;
    }

    private boolean hpet() {
        return memory.read(HPET_CAPABILITIES, 4) != 0xFFFF_FFFFL;
    }

    private boolean keyboardController() {
        return in(KEYBOARD_STATUS) != 0xFF;
    }

    /** Can't be told from other ports by looking at it: a file says where it is. */
    private OptionalInt panicPort() {
        return new ConfigurationFiles(ports)
                .read("etc/pvpanic-port", 2)
                .map(port -> OptionalInt.of(port[0] & 0xFF | (port[1] & 0xFF) << 8))
                .orElseGet(OptionalInt::empty);
    }

    private int in(int port) {
        return (int) ports.read(port, 1);
    }
}
