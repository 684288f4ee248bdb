package org.margay.pci.bridge.internal;

import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.pci.PciMsi;
import org.osgi.service.component.annotations.Component;

/** Driver "x3130-upstream": the upstream port of Texas Instruments' XIO3130 switch (data manual SLLS693). */
@Component(service = DeviceDriver.class)
@DriverName("x3130-upstream")
public final class UpstreamPortDriver extends ExpressPortDriver<UpstreamProperties> {
    public UpstreamPortDriver() {
        super(
                "x3130-upstream",
                "TI X3130 Upstream Port of PCI Express Switch",
                UpstreamProperties.class,
                ExpressPort.UPSTREAM,
                0x104C,
                0x8232,
                2,
                0);
    }

    @Override
    public Device<BridgeDevice.State> create(UpstreamProperties properties, DeviceContext context)
            throws DeviceException {
        BridgeDevice device = port(context);
        PciMsi.add(device.pci(), 1, true);
        kind().addTo(device.bridge(), properties.port(), 0);
        return device.plug(properties.pci());
    }
}
