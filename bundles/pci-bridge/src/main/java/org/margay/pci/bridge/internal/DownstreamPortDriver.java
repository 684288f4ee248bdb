package org.margay.pci.bridge.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciMsi;
import org.osgi.service.component.annotations.Component;

/** Driver "xio3130-downstream": a downstream port of Texas Instruments' XIO3130 switch (data manual SLLS693). */
@Component(service = DeviceDriver.class)
@DriverName("xio3130-downstream")
public final class DownstreamPortDriver extends ExpressPortDriver<PortProperties> {
    public DownstreamPortDriver() {
        super(
                "xio3130-downstream",
                "TI X3130 Downstream Port of PCI Express Switch",
                PortProperties.class,
                ExpressPort.DOWNSTREAM,
                0x104C,
                0x8233,
                1,
                0);
    }

    @Override
    public Device<BridgeDevice.State> create(PortProperties properties, DeviceContext context) throws DeviceException {
        BridgeDevice device = port(context);
        PciMsi.add(device.pci(), 1, true);
        kind().addTo(device.bridge(), properties.port(), properties.slot());
        return device.plug(properties.pci(), new ChassisSlot(properties.chassis(), properties.slot()));
    }
}
