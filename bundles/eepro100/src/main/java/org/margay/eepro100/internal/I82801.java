package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82801". */
@Component(service = DeviceDriver.class)
@DriverName("i82801")
@NicModel("i82801")
public final class I82801 extends Eepro100Driver {
    public I82801() {
        super(new Model("i82801", "82801BA (ICH2)", Model.ICH2, 0x03, Generation.I82559));
    }
}
