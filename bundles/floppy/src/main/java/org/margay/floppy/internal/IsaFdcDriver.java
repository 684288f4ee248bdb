package org.margay.floppy.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.osgi.service.component.annotations.Component;

/** Driver "isa-fdc": the floppy disk controller of a PC. */
@Component(service = DeviceDriver.class)
@DriverName(IsaFdc.NAME)
public final class IsaFdcDriver implements DeviceDriver<IsaFdc.Properties, IsaFdc.State> {
    @Override
    public String name() {
        return IsaFdc.NAME;
    }

    @Override
    public String description() {
        return "virtual floppy controller";
    }

    @Override
    public String busType() {
        return "ISA";
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }

    @Override
    public Class<IsaFdc.Properties> propertiesType() {
        return IsaFdc.Properties.class;
    }

    @Override
    public Class<IsaFdc.State> stateType() {
        return IsaFdc.State.class;
    }

    @Override
    public Device<IsaFdc.State> create(IsaFdc.Properties properties, DeviceContext context) throws DeviceException {
        return new IsaFdc(properties, context);
    }
}
