package org.margay.virtio.serial.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.osgi.service.component.annotations.Component;

/** Driver "virtconsole": a terminal of the guest. */
@Component(service = DeviceDriver.class)
@DriverName("virtconsole")
public final class VirtConsole extends PortDriver<VirtConsole.Properties> {
    /**
     * What users can say of it.
     *
     * @param cols columns that it shows, or 0 when that is not known; can be changed later
     * @param rows rows that it shows
     */
    public record Properties(
            PortProperties port,
            @Default("0") @PropertyType("uint16") int cols,
            @Default("0") @PropertyType("uint16") int rows) {}

    @Override
    public String name() {
        return "virtconsole";
    }

    @Override
    public String description() {
        return "console on a virtio serial bus";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Device<Port.State> create(Properties properties, DeviceContext context) throws DeviceException {
        return create(properties.port(), new ConsoleSize(properties.cols(), properties.rows()), context);
    }
}
