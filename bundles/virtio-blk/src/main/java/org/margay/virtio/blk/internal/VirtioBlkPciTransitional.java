package org.margay.virtio.blk.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.virtio.VirtioMode;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-blk-pci-transitional": with both interfaces. */
@Component(service = DeviceDriver.class)
@DriverName("virtio-blk-pci-transitional")
public final class VirtioBlkPciTransitional extends VirtioBlkDriver<VirtioBlkProperties> {
    public VirtioBlkPciTransitional() {
        super("virtio-blk-pci-transitional", "Virtio disk with both interfaces");
    }

    @Override
    public Class<VirtioBlkProperties> propertiesType() {
        return VirtioBlkProperties.class;
    }

    @Override
    public Device<State> create(VirtioBlkProperties properties, DeviceContext context) throws DeviceException {
        return create(properties, VirtioMode.TRANSITIONAL, context);
    }
}
