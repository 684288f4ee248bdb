package org.margay.ne2000.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "ne2k_isa": an NE2000 on the ISA bus. */
@Component(service = DeviceDriver.class)
@DriverName(Ne2kIsa.NAME)
@NicModel(Ne2kIsa.NAME)
public final class Ne2kIsaDriver implements DeviceDriver<Ne2kIsa.Properties, Dp8390.State> {
    @Override
    public String name() {
        return Ne2kIsa.NAME;
    }

    @Override
    public String description() {
        return "network card NE2000 on ISA";
    }

    @Override
    public String busType() {
        return "ISA";
    }

    @Override
    public Class<Ne2kIsa.Properties> propertiesType() {
        return Ne2kIsa.Properties.class;
    }

    @Override
    public Class<Dp8390.State> stateType() {
        return Dp8390.State.class;
    }

    @Override
    public Device<Dp8390.State> create(Ne2kIsa.Properties properties, DeviceContext context) throws DeviceException {
        return new Ne2kIsa(properties, context);
    }
}
