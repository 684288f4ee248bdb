package org.margay.ide.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.osgi.service.component.annotations.Component;

/** Driver "ide-cd": a CD-ROM drive. */
@Component(service = DeviceDriver.class)
@DriverName(IdeCdDriver.NAME)
public final class IdeCdDriver implements DeviceDriver<IdeCdDriver.Properties, CdDrive.State> {
    static final String NAME = "ide-cd";

    /** Properties of ide-cd. */
    public record Properties(IdeProperties ide) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "virtual IDE CD-ROM";
    }

    @Override
    public String busType() {
        return IdeBus.TYPE;
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<CdDrive.State> stateType() {
        return CdDrive.State.class;
    }

    @Override
    public Device<CdDrive.State> create(Properties properties, DeviceContext context) throws DeviceException {
        return CdMaker.make(NAME, properties.ide(), context);
    }
}
