package org.margay.pci.bridge.internal;

import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBus;
import org.margay.pci.PciIdentity;

/**
 * Makes ports of one model.
 *
 * @param <P> the model's properties
 */
public abstract class ExpressPortDriver<P extends Record> implements DeviceDriver<P, BridgeDevice.State> {
    private static final int PCI_BRIDGE = 0x06_04_00;

    private final String name;
    private final String description;
    private final Class<P> propertiesType;
    private final PciIdentity identity;
    private final ExpressPort kind;

    /** @param interruptPin 0 none, 1 INTA# */
    ExpressPortDriver(
            String name,
            String description,
            Class<P> propertiesType,
            ExpressPort kind,
            int vendor,
            int device,
            int revision,
            int interruptPin) {
        this.name = name;
        this.description = description;
        this.propertiesType = propertiesType;
        this.kind = kind;
        this.identity = new PciIdentity(vendor, device, revision, PCI_BRIDGE, interruptPin);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final String busType() {
        return PciBus.TYPE;
    }

    @Override
    public final Class<P> propertiesType() {
        return propertiesType;
    }

    @Override
    public final Class<BridgeDevice.State> stateType() {
        return BridgeDevice.State.class;
    }

    /** A port with its subsystem; it is not plugged yet. */
    final BridgeDevice port(DeviceContext context) throws DeviceException {
        BridgeDevice device = new BridgeDevice(context, name, identity, kind.slots());
        ExpressPort.addSubsystem(device.pci(), identity.vendor());
        return device;
    }

    final ExpressPort kind() {
        return kind;
    }
}
