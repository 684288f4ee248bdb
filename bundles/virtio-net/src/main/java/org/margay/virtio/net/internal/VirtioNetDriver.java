package org.margay.virtio.net.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBus;
import org.margay.virtio.VirtioMode;
import org.margay.virtio.VirtioPci;
import org.margay.virtio.VirtioPciSetup;
import org.margay.virtio.VirtioState;

/**
 * Makes virtio network cards.
 *
 * @param <P> what users can say of them
 */
public abstract class VirtioNetDriver<P extends Record> implements DeviceDriver<P, VirtioNetDriver.State> {
    /** Bytes of the socket for a boot ROM. */
    private static final int ROM_SOCKET = 0x10000;

    /**
     * A card.
     *
     * @param transport registers and queues
     * @param device the rest
     */
    public record State(VirtioPci.State transport, VirtioNet.State device) implements VirtioState<VirtioNet.State> {
        public State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("half a card");
            }
        }
    }

    private final String name;
    private final String description;

    VirtioNetDriver(String name, String description) {
        this.name = name;
        this.description = description;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final String busType() {
        return PciBus.TYPE;
    }

    @Override
    public final Class<State> stateType() {
        return State.class;
    }

    final Device<State> create(VirtioNetProperties properties, VirtioMode mode, DeviceContext context)
            throws DeviceException {
        VirtioPciSetup setup = new VirtioPciSetup(
                name, VirtioNet.TYPE, properties.pci(), properties.rings(), mode, properties.vectors(), ROM_SOCKET);
        return VirtioPci.plug(
                setup, context, transport -> new VirtioNet(transport, properties, name, context), State::new);
    }
}
