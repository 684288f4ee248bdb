package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82559a". */
@Component(service = DeviceDriver.class)
@DriverName("i82559a")
@NicModel("i82559a")
public final class I82559a extends Eepro100Driver {
    public I82559a() {
        super(new Model("i82559a", "82559 A", Model.CLASSIC, 0x06, Generation.I82559));
    }
}
