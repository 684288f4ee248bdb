package org.margay.machine;

import java.util.Map;
import java.util.Optional;

/**
 * Something that devices plug into. Board bundles extend it with what their devices are wired to; devices plug and unplug
 * themselves when they are made and closed. Under the machine lock.
 */
public interface Bus {
    /** QEMU's name of it: "pci.0", "isa.0". */
    String name();

    /** QEMU's type of it: "PCI", "ISA", "System". */
    String type();

    /** Whether devices may come and go while the guest runs. */
    boolean hotpluggable();

    /** The device that the bus is part of, such as a bridge; empty for the board's own buses. */
    default Optional<Device<?>> owner() {
        return Optional.empty();
    }

    /** Whether another device would find room. */
    default boolean hasRoom() {
        return true;
    }

    /** Where a device is, as properties that would put it there again: {@code addr=05.0} on PCI. */
    default Map<String, String> placeOf(Device<?> device) {
        return Map.of();
    }

    /** A device was plugged while the guest may run: the guest is told, where there is a way. */
    default void hotplugged(Device<?> device) {}

    /**
     * A device is to leave. Buses that must ask the guest do so, and have the device unplugged once the guest let it go or the
     * machine is reset; asking again is allowed.
     *
     * @param released closes the device; called once at most, by the bus, under the machine lock
     * @return true when nobody needs to be asked: the caller closes the device and released is never called
     */
    default boolean askToRelease(Device<?> device, Runnable released) {
        return true;
    }
}
