package org.margay.pci.bridge.internal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.pci.PciBridge;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;

/** A bridge that users plug: its bus is one of the machine's as long as it is there. Drivers add what is special about it. */
public final class BridgeDevice implements PciDevice<BridgeDevice.State> {
    /** What the guest can see: all of it is in configuration registers. */
    public record State(PciFunction.State pci) {
        public State {
            if (pci == null) {
                throw new IllegalArgumentException("a bridge without registers");
            }
        }
    }

    private final Machine machine;
    private final PciBus primary;
    private final PciBridge bridge;
    private @Nullable ChassisSlot label;

    /**
     * Makes a bridge that is not plugged yet.
     *
     * @param slots of the bus behind it
     */
    BridgeDevice(DeviceContext context, String driver, PciIdentity identity, int slots) throws DeviceException {
        machine = context.machine();
        primary = (PciBus) context.bus();
        String id = context.id().orElse("");
        bridge = new PciBridge(primary, driver, id, identity, busName(context), slots, this);
        pci().onBusReset(this::reset);
    }

    /** The bridge's id, or the first free name of a PCI bus. */
    private String busName(DeviceContext context) throws DeviceException {
        Optional<String> id = context.id();
        if (id.isPresent()) {
            Optional<Bus> other = machine.buses().find(id.get());
            if (other.isPresent()) {
                throw new DeviceException("Duplicate bus name '%s'".formatted(id.get()));
            }
            return id.get();
        }
        int number = 0;
        while (machine.buses().find("pci." + number).isPresent()) {
            number++;
        }
        return "pci." + number;
    }

    /**
     * Plugs the bridge, with a bus that devices can be plugged into.
     *
     * @throws DeviceException when there is no room, or the place is taken
     */
    BridgeDevice plug(PciProperties properties) throws DeviceException {
        properties.plug(pci(), primary);
        machine.buses().add(bridge.secondary());
        return this;
    }

    /**
     * Plugs a port whose slot has a label.
     *
     * @throws DeviceException when another has the same label, there is no room, or the place is taken
     */
    BridgeDevice plug(PciProperties properties, ChassisSlot newLabel) throws DeviceException {
        boolean taken = machine.buses().all().stream()
                .flatMap(bus -> bus.owner().stream())
                .anyMatch(owner -> owner instanceof BridgeDevice other && newLabel.equals(other.label));
        if (taken) {
            throw new DeviceException("Can't add chassis slot, error -16");
        }
        label = newLabel;
        return plug(properties);
    }

    /** The registers, for capabilities before it is plugged. */
    PciBridge bridge() {
        return bridge;
    }

    @Override
    public PciFunction pci() {
        return bridge.pci();
    }

    @Override
    public void reset() {
        pci().reset();
    }

    @Override
    public State save() {
        return new State(pci().save());
    }

    @Override
    public void restore(State state) {
        pci().restore(state.pci());
    }

    @Override
    public void close() {
        machine.buses().remove(bridge.secondary());
        primary.unplug(pci());
    }
}
