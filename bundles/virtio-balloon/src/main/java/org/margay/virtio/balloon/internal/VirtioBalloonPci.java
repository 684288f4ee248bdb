package org.margay.virtio.balloon.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciBus;
import org.margay.virtio.VirtioPci;
import org.margay.virtio.VirtioPciSetup;
import org.margay.virtio.VirtioState;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-balloon-pci": the guest gives memory back while it runs. */
@Component(service = DeviceDriver.class)
@DriverName({"virtio-balloon-pci", "virtio-balloon"})
public final class VirtioBalloonPci implements DeviceDriver<VirtioBalloonProperties, VirtioBalloonPci.State> {
    /**
     * A device.
     *
     * @param transport registers and queues
     * @param device the rest
     */
    public record State(VirtioPci.State transport, VirtioBalloon.State device)
            implements VirtioState<VirtioBalloon.State> {
        public State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("half a device");
            }
        }
    }

    @Override
    public String name() {
        return "virtio-balloon-pci";
    }

    @Override
    public String description() {
        return "Virtio memory balloon";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<VirtioBalloonProperties> propertiesType() {
        return VirtioBalloonProperties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(VirtioBalloonProperties properties, DeviceContext context) throws DeviceException {
        VirtioPciSetup setup = new VirtioPciSetup(
                name(),
                VirtioBalloon.TYPE,
                properties.pci(),
                properties.rings(),
                properties.mode().mode(),
                properties.vectors());
        return VirtioPci.plug(
                setup, context, transport -> new VirtioBalloon(transport, properties, context.machine()), State::new);
    }
}
