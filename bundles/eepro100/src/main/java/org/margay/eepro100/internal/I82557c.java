package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82557c". */
@Component(service = DeviceDriver.class)
@DriverName("i82557c")
@NicModel("i82557c")
public final class I82557c extends Eepro100Driver {
    public I82557c() {
        super(new Model("i82557c", "82557 C", Model.CLASSIC, 0x03, Generation.I82557));
    }
}
