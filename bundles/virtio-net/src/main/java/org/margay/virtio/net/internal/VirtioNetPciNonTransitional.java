package org.margay.virtio.net.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.virtio.VirtioMode;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-net-pci-non-transitional": with the interface of virtio 1 only. */
@Component(service = DeviceDriver.class)
@DriverName("virtio-net-pci-non-transitional")
@NicModel("virtio-net-pci-non-transitional")
public final class VirtioNetPciNonTransitional extends VirtioNetDriver<VirtioNetProperties> {
    public VirtioNetPciNonTransitional() {
        super("virtio-net-pci-non-transitional", "Virtio network card with the interface of virtio 1 only");
    }

    @Override
    public Class<VirtioNetProperties> propertiesType() {
        return VirtioNetProperties.class;
    }

    @Override
    public Device<State> create(VirtioNetProperties properties, DeviceContext context) throws DeviceException {
        return create(properties, VirtioMode.MODERN, context);
    }
}
