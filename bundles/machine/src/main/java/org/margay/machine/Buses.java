package org.margay.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The buses of a machine, for devices that users plug. Under the machine lock. */
public final class Buses {
    private final List<Bus> all = new ArrayList<>();

    /**
     * Adds a bus.
     *
     * @throws IllegalStateException when another has its name
     */
    public void add(Bus bus) {
        if (find(bus.name()).isPresent()) {
            throw new IllegalStateException("bus name taken: " + bus.name());
        }
        all.add(bus);
    }

    public void remove(Bus bus) {
        all.remove(bus);
    }

    /** In the order of adding. */
    public List<Bus> all() {
        return List.copyOf(all);
    }

    public Optional<Bus> find(String name) {
        return all.stream().filter(bus -> bus.name().equals(name)).findFirst();
    }

    /** The first of a {@link Bus#type()}: where a device goes that names no bus. */
    public Optional<Bus> firstOf(String type) {
        return all.stream().filter(bus -> bus.type().equals(type)).findFirst();
    }
}
