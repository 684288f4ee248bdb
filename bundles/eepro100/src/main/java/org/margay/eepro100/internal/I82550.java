package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82550". */
@Component(service = DeviceDriver.class)
@DriverName("i82550")
@NicModel("i82550")
public final class I82550 extends Eepro100Driver {
    public I82550() {
        super(new Model("i82550", "82550", Model.EMBEDDED, 0x0E, Generation.I82550));
    }
}
