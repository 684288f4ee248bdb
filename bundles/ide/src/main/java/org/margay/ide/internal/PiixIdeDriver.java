package org.margay.ide.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciBus;
import org.osgi.service.component.annotations.Component;

/** Driver "piix3-ide": the IDE function of the board. */
@Component(service = DeviceDriver.class)
@DriverName(PiixIde.NAME)
public final class PiixIdeDriver implements DeviceDriver<PiixIde.Properties, PiixIde.State> {
    @Override
    public String name() {
        return PiixIde.NAME;
    }

    @Override
    public String description() {
        return "IDE controller of the PIIX3";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }

    @Override
    public Class<PiixIde.Properties> propertiesType() {
        return PiixIde.Properties.class;
    }

    @Override
    public Class<PiixIde.State> stateType() {
        return PiixIde.State.class;
    }

    @Override
    public Device<PiixIde.State> create(PiixIde.Properties properties, DeviceContext context) throws DeviceException {
        return new PiixIde(properties, context);
    }
}
