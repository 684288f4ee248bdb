package org.margay.e1000.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBus;

/** Makes cards of one model. */
public abstract class E1000Driver implements DeviceDriver<E1000Properties, E1000.State> {
    private final Model model;

    E1000Driver(Model model) {
        this.model = model;
    }

    @Override
    public final String name() {
        return model.name();
    }

    @Override
    public final String description() {
        return model.description();
    }

    @Override
    public final String busType() {
        return PciBus.TYPE;
    }

    @Override
    public final Class<E1000Properties> propertiesType() {
        return E1000Properties.class;
    }

    @Override
    public final Class<E1000.State> stateType() {
        return E1000.State.class;
    }

    @Override
    public final Device<E1000.State> create(E1000Properties properties, DeviceContext context) throws DeviceException {
        return new E1000(model, properties, context);
    }
}
