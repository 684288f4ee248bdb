package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82558a". */
@Component(service = DeviceDriver.class)
@DriverName("i82558a")
@NicModel("i82558a")
public final class I82558a extends Eepro100Driver {
    public I82558a() {
        super(new Model("i82558a", "82558 A", Model.CLASSIC, 0x04, Generation.I82558));
    }
}
