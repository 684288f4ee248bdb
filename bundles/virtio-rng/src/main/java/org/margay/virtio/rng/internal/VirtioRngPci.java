package org.margay.virtio.rng.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.object.UserObject;
import org.margay.machine.random.BuiltInRandom;
import org.margay.machine.random.RandomBackend;
import org.margay.machine.random.RandomSource;
import org.margay.pci.PciBus;
import org.margay.qmp.ErrorClass;
import org.margay.virtio.VirtioPci;
import org.margay.virtio.VirtioPciSetup;
import org.margay.virtio.VirtioState;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-rng-pci": random numbers for the guest. */
@Component(service = DeviceDriver.class)
@DriverName({"virtio-rng-pci", "virtio-rng"})
public final class VirtioRngPci implements DeviceDriver<VirtioRngProperties, VirtioRngPci.State> {
    /**
     * A device.
     *
     * @param transport registers and the queue
     * @param device the rest
     */
    public record State(VirtioPci.State transport, VirtioRng.State device) implements VirtioState<VirtioRng.State> {
        public State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("half a device");
            }
        }
    }

    @Override
    public String name() {
        return "virtio-rng-pci";
    }

    @Override
    public String description() {
        return "Virtio random number generator";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<VirtioRngProperties> propertiesType() {
        return VirtioRngProperties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(VirtioRngProperties properties, DeviceContext context) throws DeviceException {
        VirtioPciSetup setup = new VirtioPciSetup(
                name(),
                VirtioRng.TYPE,
                properties.pci(),
                properties.rings(),
                properties.mode().mode(),
                properties.vectors());
        Machine machine = context.machine();
        return VirtioPci.plug(
                setup,
                context,
                transport -> new VirtioRng(
                        transport,
                        machine,
                        source(machine, properties.rng()),
                        properties.maxBytes(),
                        properties.period()),
                State::new);
    }

    private static RandomSource source(Machine machine, @Nullable String backend) throws DeviceException {
        if (backend == null) {
            return new BuiltInRandom(machine).connect();
        }
        UserObject object = machine.backends()
                .find(UserObject.class, backend)
                .orElseThrow(() ->
                        new DeviceException(ErrorClass.DeviceNotFound, "Device '%s' not found".formatted(backend)));
        if (object instanceof RandomBackend random) {
            return random.connect();
        }
        throw new DeviceException("Invalid parameter type for 'rng', expected: rng-backend");
    }
}
