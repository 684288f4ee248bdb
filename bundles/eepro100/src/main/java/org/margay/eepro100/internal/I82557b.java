package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82557b". */
@Component(service = DeviceDriver.class)
@DriverName("i82557b")
@NicModel("i82557b")
public final class I82557b extends Eepro100Driver {
    public I82557b() {
        super(new Model("i82557b", "82557 B", Model.CLASSIC, 0x02, Generation.I82557));
    }
}
