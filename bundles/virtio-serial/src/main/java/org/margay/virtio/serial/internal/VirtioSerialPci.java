package org.margay.virtio.serial.internal;

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

/** Driver "virtio-serial-pci": a bus for consoles and ports. */
@Component(service = DeviceDriver.class)
@DriverName({"virtio-serial-pci", "virtio-serial"})
public final class VirtioSerialPci implements DeviceDriver<VirtioSerialProperties, VirtioSerialPci.State> {
    /**
     * A device.
     *
     * @param transport registers and queues
     * @param device the rest
     */
    public record State(VirtioPci.State transport, VirtioSerial.State device)
            implements VirtioState<VirtioSerial.State> {
        public State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("half a device");
            }
        }
    }

    @Override
    public String name() {
        return "virtio-serial-pci";
    }

    @Override
    public String description() {
        return "Virtio bus of serial ports";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<VirtioSerialProperties> propertiesType() {
        return VirtioSerialProperties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(VirtioSerialProperties properties, DeviceContext context) throws DeviceException {
        VirtioPciSetup setup = new VirtioPciSetup(
                name(),
                properties.type(),
                properties.pci(),
                properties.rings(),
                properties.mode().mode(),
                properties.vectors());
        return VirtioPci.plug(
                setup, context, transport -> new VirtioSerial(transport, properties, context), State::new);
    }
}
