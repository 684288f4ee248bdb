package org.margay.virtio.blk.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
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
 * Makes virtio disks.
 *
 * @param <P> what users can say of them
 */
public abstract class VirtioBlkDriver<P extends Record> implements DeviceDriver<P, VirtioBlkDriver.State> {
    /**
     * A disk.
     *
     * @param transport registers and queues
     * @param device the rest
     */
    public record State(VirtioPci.State transport, VirtioBlk.State device) implements VirtioState<VirtioBlk.State> {
        public State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("half a disk");
            }
        }
    }

    private final String name;
    private final String description;

    VirtioBlkDriver(String name, String description) {
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

    final Device<State> create(VirtioBlkProperties properties, VirtioMode mode, DeviceContext context)
            throws DeviceException {
        VirtioPciSetup setup = new VirtioPciSetup(
                name, properties.type(), properties.pci(), properties.rings(), mode, properties.vectorCount());
        return VirtioPci.plug(
                setup,
                context,
                transport -> VirtioBlk.attach(
                        transport, properties, drive(properties.block().drive(), context), name, context),
                State::new);
    }

    private Drive drive(@Nullable String id, DeviceContext context) throws DeviceException {
        if (id == null) {
            throw new DeviceException("drive property not set");
        }
        return context.machine()
                .backends()
                .find(Drive.class, id)
                .orElseThrow(
                        () -> new DeviceException("Property '%s.drive' can't find value '%s'".formatted(name, id)));
    }
}
