package org.margay.virtio.serial.internal;

import org.jspecify.annotations.Nullable;
import org.margay.chardev.Chardev;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;

/**
 * Makes ports of one kind.
 *
 * @param <P> what users can say of them
 */
public abstract class PortDriver<P extends Record> implements DeviceDriver<P, Port.State> {
    @Override
    public final String busType() {
        return PortBus.TYPE;
    }

    @Override
    public final Class<Port.State> stateType() {
        return Port.State.class;
    }

    /** @param size of a console; null for a port that is none */
    final Device<Port.State> create(PortProperties properties, @Nullable ConsoleSize size, DeviceContext context)
            throws DeviceException {
        PortBus bus = (PortBus) context.bus();
        int number = bus.place(properties.nr(), size != null);
        if (properties.name() != null) {
            bus.checkFree(properties.name());
        }
        String chardev = properties.chardev();
        Port.Identity identity =
                new Port.Identity(number, properties.name(), context.id().orElse(null));
        try {
            Port port = new Port(
                    bus.serial(),
                    identity,
                    context.machine(),
                    chardev == null ? null : context.backend(Chardev.class, chardev),
                    size);
            bus.serial().add(port);
            return port;
        } catch (IllegalStateException e) {
            throw new DeviceException(
                    "Property '%s.chardev' can't take value '%s', it's in use".formatted(name(), chardev));
        }
    }
}
