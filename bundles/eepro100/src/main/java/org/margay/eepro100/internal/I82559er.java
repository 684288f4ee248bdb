package org.margay.eepro100.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "i82559er". */
@Component(service = DeviceDriver.class)
@DriverName("i82559er")
@NicModel("i82559er")
public final class I82559er extends Eepro100Driver {
    public I82559er() {
        super(new Model("i82559er", "82559ER", Model.EMBEDDED, 0x09, Generation.I82559));
    }
}
