package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82559c". */
@Component(service = DeviceDriver.class)
@DriverName("i82559c")
@NicModel("i82559c")
public final class I82559c extends Eepro100Driver {
    public I82559c() {
        super(new Model("i82559c", "82559 C", Model.CLASSIC, 0x08, Generation.I82559));
    }
}
