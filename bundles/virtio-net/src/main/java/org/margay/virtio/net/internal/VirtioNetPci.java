package org.margay.virtio.net.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.virtio.VirtioModeProperties;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-net-pci": its interfaces can be chosen. */
@Component(service = DeviceDriver.class)
@DriverName({"virtio-net-pci", "virtio-net"})
@NicModel({"virtio-net-pci", "virtio"})
public final class VirtioNetPci extends VirtioNetDriver<VirtioNetPci.Properties> {
    /**
     * What users can say of it.
     *
     * @param mode its interfaces
     */
    public record Properties(VirtioNetProperties net, VirtioModeProperties mode) {}

    public VirtioNetPci() {
        super("virtio-net-pci", "Virtio network card");
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        return create(properties.net(), properties.mode().mode(), context);
    }
}
