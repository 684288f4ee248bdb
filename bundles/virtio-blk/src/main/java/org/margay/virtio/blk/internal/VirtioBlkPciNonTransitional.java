package org.margay.virtio.blk.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.virtio.VirtioMode;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-blk-pci-non-transitional": with the interface of virtio 1 only. */
@Component(service = DeviceDriver.class)
@DriverName("virtio-blk-pci-non-transitional")
public final class VirtioBlkPciNonTransitional extends VirtioBlkDriver<VirtioBlkProperties> {
    public VirtioBlkPciNonTransitional() {
        super("virtio-blk-pci-non-transitional", "Virtio disk with the interface of virtio 1 only");
    }

    @Override
    public Class<VirtioBlkProperties> propertiesType() {
        return VirtioBlkProperties.class;
    }

    @Override
    public Device<State> create(VirtioBlkProperties properties, DeviceContext context) throws DeviceException {
        return create(properties, VirtioMode.MODERN, context);
    }
}
