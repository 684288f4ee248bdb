package org.margay.eepro100.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBus;

/** Makes cards of one model. */
public abstract class Eepro100Driver implements DeviceDriver<Eepro100Properties, Eepro100.State> {
    private final Model model;

    Eepro100Driver(Model model) {
        this.model = model;
    }

    @Override
    public final String name() {
        return model.name();
    }

    @Override
    public final String description() {
        return "Intel %s fast Ethernet".formatted(model.chip());
    }

    @Override
    public final String busType() {
        return PciBus.TYPE;
    }

    @Override
    public final Class<Eepro100Properties> propertiesType() {
        return Eepro100Properties.class;
    }

    @Override
    public final Class<Eepro100.State> stateType() {
        return Eepro100.State.class;
    }

    @Override
    public final Device<Eepro100.State> create(Eepro100Properties properties, DeviceContext context)
            throws DeviceException {
        return new Eepro100(model, properties, context);
    }
}
