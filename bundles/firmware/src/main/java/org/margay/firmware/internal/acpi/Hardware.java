package org.margay.firmware.internal.acpi;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.margay.firmware.internal.table.MemoryLayout;

/**
 * What the tables tell of the machine.
 *
 * @param cpus processors, APIC ids from 0
 * @param serialPorts which of COM1 (0) to COM4 (3) are there
 * @param panicPort where the guest can tell that its system panicked
 * @param hotplug the root bus, if its cards come and go by ACPI
 * @param wires the interrupt wire 0 to 3 that each of 128 slot and pin pairs leads to, at slot * 4 + pin
 */
public record Hardware(
        MemoryLayout memory,
        int cpus,
        boolean hpet,
        boolean keyboardController,
        Set<Integer> serialPorts,
        OptionalInt panicPort,
        Optional<HotplugBus> hotplug,
        int[] wires) {
    public Hardware {
        serialPorts = Set.copyOf(serialPorts);
        wires = wires.clone();
    }
}
