package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82558b". */
@Component(service = DeviceDriver.class)
@DriverName("i82558b")
@NicModel("i82558b")
public final class I82558b extends Eepro100Driver {
    public I82558b() {
        super(new Model("i82558b", "82558 B", Model.CLASSIC, 0x05, Generation.I82558));
    }
}
