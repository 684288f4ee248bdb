package org.margay.ide.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** Driver "ide-hd": a hard disk. */
@Component(service = DeviceDriver.class)
@DriverName(IdeHdDriver.NAME)
public final class IdeHdDriver implements DeviceDriver<IdeHdDriver.Properties, HardDisk.State> {
    static final String NAME = "ide-hd";

    /**
     * Properties of ide-hd.
     *
     * @param rotationRate revolutions a minute; 1: nothing rotates; 0: not said
     */
    public record Properties(
            IdeProperties ide,

            @WireName("rotation_rate") @Default("0") @PropertyType("uint16")
            int rotationRate) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "virtual IDE disk";
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
    public Class<HardDisk.State> stateType() {
        return HardDisk.State.class;
    }

    @Override
    public Device<HardDisk.State> create(Properties properties, DeviceContext context) throws DeviceException {
        return DiskMaker.make(NAME, properties.ide(), properties.rotationRate(), context);
    }
}
