package org.margay.e1000.internal;

import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.net.NicModel;
import org.osgi.service.component.annotations.Component;

/** Driver "e1000-82545em": Intel 82545EM. */
@Component(service = DeviceDriver.class)
@DriverName("e1000-82545em")
@NicModel("e1000-82545em")
public final class Intel82545em extends E1000Driver {
    public Intel82545em() {
        super(new Model("e1000-82545em", "Intel 82545EM gigabit Ethernet", 0x100F, 0x0C20));
    }
}
