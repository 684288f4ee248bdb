package org.margay.virtio.blk.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.virtio.VirtioModeProperties;
import org.osgi.service.component.annotations.Component;

/** Driver "virtio-blk-pci": its interfaces can be chosen. */
@Component(service = DeviceDriver.class)
@DriverName({"virtio-blk-pci", "virtio-blk"})
public final class VirtioBlkPci extends VirtioBlkDriver<VirtioBlkPci.Properties> {
    /**
     * What users can say of it.
     *
     * @param mode its interfaces
     */
    public record Properties(VirtioBlkProperties disk, VirtioModeProperties mode) {}

    public VirtioBlkPci() {
        super("virtio-blk-pci", "Virtio disk");
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        return create(properties.disk(), properties.mode().mode(), context);
    }
}
