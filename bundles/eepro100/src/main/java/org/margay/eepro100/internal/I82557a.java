package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82557a". */
@Component(service = DeviceDriver.class)
@DriverName("i82557a")
@NicModel("i82557a")
public final class I82557a extends Eepro100Driver {
    public I82557a() {
        super(new Model("i82557a", "82557 A", Model.CLASSIC, 0x01, Generation.I82557));
    }
}
