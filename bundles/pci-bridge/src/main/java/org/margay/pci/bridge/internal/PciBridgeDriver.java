package org.margay.pci.bridge.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciBus;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciMsi;
import org.margay.pci.PciRegister;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "pci-bridge": QEMU's bridge to another conventional PCI bus. It says in which chassis its slots are (PCI-to-PCI Bridge
 * Architecture Specification 1.2, section 3.2.6 "Slot Numbering"); cards behind it come and go by ACPI, as on the root bus.
 */
@Component(service = DeviceDriver.class)
@DriverName("pci-bridge")
public final class PciBridgeDriver implements DeviceDriver<PciBridgeProperties, BridgeDevice.State> {
    private static final PciIdentity IDENTITY = new PciIdentity(0x1B36, 0x0001, 0, 0x06_04_00, 1);
    /** 66 MHz, fast back-to-back. */
    private static final int STATUS = 0x00A0;

    private static final int SLOT_NUMBERING = 0x04;
    private static final int CHASSIS_NUMBER = 3;

    @Override
    public String name() {
        return "pci-bridge";
    }

    @Override
    public String description() {
        return "Standard PCI Bridge";
    }

    @Override
    public String busType() {
        return PciBus.TYPE;
    }

    @Override
    public Class<PciBridgeProperties> propertiesType() {
        return PciBridgeProperties.class;
    }

    @Override
    public Class<BridgeDevice.State> stateType() {
        return BridgeDevice.State.class;
    }

    @Override
    public Device<BridgeDevice.State> create(PciBridgeProperties properties, DeviceContext context)
            throws DeviceException {
        if (properties.chassisNumber() == 0) {
            throw new DeviceException(
                    "Bridge chassis not specified. Each bridge is required to be assigned a unique chassis id > 0.");
        }
        BridgeDevice device = new BridgeDevice(context, name(), IDENTITY, PciBus.SLOTS);
        var config = device.pci().config();
        config.set(PciRegister.STATUS, 2, STATUS);
        config.set(PciRegister.SECONDARY_STATUS, 2, STATUS);
        properties.reserve().reserve().addTo(device.pci());
        int numbering = device.pci().addCapability(SLOT_NUMBERING, 4);
        config.set(numbering + CHASSIS_NUMBER, 1, properties.chassisNumber());
        config.writable(numbering + CHASSIS_NUMBER, 1, 0xFF);
        if (properties.msi() != PciBridgeProperties.Choice.OFF) {
            PciMsi.add(device.pci(), 1, true, true);
        }
        return device.plug(properties.pci());
    }
}
