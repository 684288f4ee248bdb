package org.margay.virtio.net.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.virtio.VirtioMode;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-net-pci-transitional": with both interfaces. */
@Component(service = DeviceDriver.class)
@DriverName("virtio-net-pci-transitional")
@NicModel("virtio-net-pci-transitional")
public final class VirtioNetPciTransitional extends VirtioNetDriver<VirtioNetProperties> {
    public VirtioNetPciTransitional() {
        super("virtio-net-pci-transitional", "Virtio network card with both interfaces");
    }

    @Override
    public Class<VirtioNetProperties> propertiesType() {
        return VirtioNetProperties.class;
    }

    @Override
    public Device<State> create(VirtioNetProperties properties, DeviceContext context) throws DeviceException {
        return create(properties, VirtioMode.TRANSITIONAL, context);
    }
}
