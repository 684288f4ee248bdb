package org.margay.pcnet.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.margay.pci.PciBus;
import org.osgi.service.component.annotations.Component;

/** Driver "pcnet": an AMD PCnet-PCI II on the PCI bus. */
@Component(service = DeviceDriver.class)
@DriverName(Pcnet.NAME)
@NicModel(Pcnet.NAME)
public final class PcnetDriver implements DeviceDriver<PcnetProperties, Pcnet.State> {
    @Override
    public String name() {
        return Pcnet.NAME;
    }

    @Override
    public String description() {
        return "network card AMD PCnet-PCI II (Am79C970A)";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<PcnetProperties> propertiesType() {
        return PcnetProperties.class;
    }

    @Override
    public Class<Pcnet.State> stateType() {
        return Pcnet.State.class;
    }

    @Override
    public Device<Pcnet.State> create(PcnetProperties properties, DeviceContext context) throws DeviceException {
        return new Pcnet(properties, context);
    }
}
