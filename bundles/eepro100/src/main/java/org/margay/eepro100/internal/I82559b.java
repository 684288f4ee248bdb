package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82559b". */
@Component(service = DeviceDriver.class)
@DriverName("i82559b")
@NicModel("i82559b")
public final class I82559b extends Eepro100Driver {
    public I82559b() {
        super(new Model("i82559b", "82559 B", Model.CLASSIC, 0x07, Generation.I82559));
    }
}
