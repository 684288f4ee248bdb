package org.margay.virtio.serial.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.osgi.service.component.annotations.Component;

/** Driver "virtserialport": a byte stream between guest and host. */
@Component(service = DeviceDriver.class)
@DriverName("virtserialport")
public final class VirtSerialPort extends PortDriver<PortProperties> {
    @Override
    public String name() {
        return "virtserialport";
    }

    @Override
    public String description() {
        return "port of a virtio serial bus";
    }

    @Override
    public Class<PortProperties> propertiesType() {
        return PortProperties.class;
    }

    @Override
    public Device<Port.State> create(PortProperties properties, DeviceContext context) throws DeviceException {
        return create(properties, null, context);
    }
}
