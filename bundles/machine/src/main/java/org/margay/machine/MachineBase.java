package org.margay.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.margay.machine.object.ObjectTree;
import org.margay.memory.AddressSpace;
import org.margay.memory.MemoryRegion;

/** What a machine holds for its parts, whatever runs it: address spaces, objects, buses, backends, and what parts publish. */
public abstract class MachineBase implements Machine {
    /** Bytes of the widest physical address space of x86-64 (SDM vol. 3, 4.1.4). */
    private static final long MEMORY_SPAN = 1L << 52;

    private static final long PORT_SPAN = 1L << 16;

    private final MachinePlan plan;
    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("system", MEMORY_SPAN));
    private final AddressSpace ports = new AddressSpace("I/O", MemoryRegion.container("io", PORT_SPAN));
    private final ObjectTree objects = new ObjectTree();
    private final Buses buses = new Buses();
    private final Backends backends = new Backends();
    private final Map<Class<?>, Object> published = new HashMap<>();
    private final List<Consumer<Map<String, String>>> unplugListeners = new ArrayList<>();

    protected MachineBase(MachinePlan plan) {
        this.plan = plan;
    }

    @Override
    public final AddressSpace memory() {
        return memory;
    }

    @Override
    public final AddressSpace ports() {
        return ports;
    }

    @Override
    public final ObjectTree objects() {
        return objects;
    }

    @Override
    public final Buses buses() {
        return buses;
    }

    @Override
    public final Backends backends() {
        return backends;
    }

    @Override
    public final MachinePlan plan() {
        return plan;
    }

    @Override
    public final <T> void publish(Class<T> kind, T part) {
        if (published.putIfAbsent(kind, part) != null) {
            throw new IllegalStateException(kind.getName() + " was published before");
        }
    }

    @Override
    public final <T> void withdraw(Class<T> kind, T part) {
        published.remove(kind, part);
    }

    @Override
    public final <T> Optional<T> find(Class<T> kind) {
        return Optional.ofNullable(published.get(kind)).map(kind::cast);
    }

    @Override
    public final void onUnplug(Consumer<Map<String, String>> listener) {
        unplugListeners.add(listener);
    }

    @Override
    public final void unplugged(Map<String, String> properties) {
        unplugListeners.forEach(listener -> listener.accept(properties));
    }
}
