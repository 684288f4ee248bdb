package org.margay.ne2000.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.pci.PciBus;
import org.osgi.service.component.annotations.Component;

/** Driver "ne2k_pci": a Realtek RTL8029 on the PCI bus. */
@Component(service = DeviceDriver.class)
@DriverName(Ne2kPci.NAME)
@NicModel(Ne2kPci.NAME)
public final class Ne2kPciDriver implements DeviceDriver<Ne2kPci.Properties, Ne2kPci.State> {
    @Override
    public String name() {
        return Ne2kPci.NAME;
    }

    @Override
    public String description() {
        return "network card NE2000 on PCI (Realtek RTL8029)";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<Ne2kPci.Properties> propertiesType() {
        return Ne2kPci.Properties.class;
    }

    @Override
    public Class<Ne2kPci.State> stateType() {
        return Ne2kPci.State.class;
    }

    @Override
    public Device<Ne2kPci.State> create(Ne2kPci.Properties properties, DeviceContext context) throws DeviceException {
        return new Ne2kPci(properties, context);
    }
}
