package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82551". */
@Component(service = DeviceDriver.class)
@DriverName("i82551")
@NicModel("i82551")
public final class I82551 extends Eepro100Driver {
    public I82551() {
        super(new Model("i82551", "82551", Model.EMBEDDED, 0x0F, Generation.I82550));
    }
}
