package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82562". */
@Component(service = DeviceDriver.class)
@DriverName("i82562")
@NicModel("i82562")
public final class I82562 extends Eepro100Driver {
    public I82562() {
        super(new Model("i82562", "82562", Model.EMBEDDED, 0x0E, Generation.I82550));
    }
}
