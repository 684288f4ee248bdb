package org.margay.pci.bridge.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciMsi;
import org.osgi.service.component.annotations.Component;

/** Driver "ioh3420": root port of Intel's X58 chip set (datasheet 320838), with all windows closed until they are programmed. */
@Component(service = DeviceDriver.class)
@DriverName("ioh3420")
public final class RootPortDriver extends ExpressPortDriver<PortProperties> {
    public RootPortDriver() {
        super(
                "ioh3420",
                "Intel IOH device id 3420 PCIE Root Port",
                PortProperties.class,
                ExpressPort.ROOT,
                0x8086,
                0x3420,
                2,
                1);
    }

    @Override
    public Device<BridgeDevice.State> create(PortProperties properties, DeviceContext context) throws DeviceException {
        BridgeDevice device = port(context);
        PciMsi.add(device.pci(), 2, false, true);
        kind().addTo(device.bridge(), properties.port(), properties.slot());
        device.bridge().closeWindows();
        return device.plug(properties.pci(), new ChassisSlot(properties.chassis(), properties.slot()));
    }
}
