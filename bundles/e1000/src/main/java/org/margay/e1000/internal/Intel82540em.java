package org.margay.e1000.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "e1000": Intel 82540EM. */
@Component(service = DeviceDriver.class)
@DriverName({"e1000", "e1000-82540em"})
@NicModel({"e1000", "e1000-82540em"})
public final class Intel82540em extends E1000Driver {
    public Intel82540em() {
        super(new Model("e1000", "Intel 82540EM gigabit Ethernet", 0x100E, 0x0C20));
    }
}
