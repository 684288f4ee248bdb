package org.margay.e1000.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "e1000-82544gc": Intel 82544GC. */
@Component(service = DeviceDriver.class)
@DriverName("e1000-82544gc")
@NicModel("e1000-82544gc")
public final class Intel82544gc extends E1000Driver {
    public Intel82544gc() {
        super(new Model("e1000-82544gc", "Intel 82544GC gigabit Ethernet", 0x1008, 0x0C30));
    }
}
