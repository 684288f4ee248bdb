package org.margay.rtl8139.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.pci.PciBus;
import org.osgi.service.component.annotations.Component;

/** Driver "rtl8139": a Realtek RTL8139C+ on the PCI bus. */
@Component(service = DeviceDriver.class)
@DriverName(Rtl8139.NAME)
@NicModel(Rtl8139.NAME)
public final class Rtl8139Driver implements DeviceDriver<Rtl8139Properties, Rtl8139.State> {
    @Override
    public String name() {
        return Rtl8139.NAME;
    }

    @Override
    public String description() {
        return "network card Realtek RTL8139C+";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<Rtl8139Properties> propertiesType() {
        return Rtl8139Properties.class;
    }

    @Override
    public Class<Rtl8139.State> stateType() {
        return Rtl8139.State.class;
    }

    @Override
    public Device<Rtl8139.State> create(Rtl8139Properties properties, DeviceContext context) throws DeviceException {
        return new Rtl8139(properties, context);
    }
}
