package org.margay.machine.internal.command;

import org.margay.machine.Balloon;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.qmp.ErrorClass;

/** The balloon of a machine. */
final class Balloons {
    private Balloons() {}

    static Balloon of(Machine machine) throws DeviceException {
        return machine.find(Balloon.class)
                .orElseThrow(() ->
                        new DeviceException(ErrorClass.DeviceNotActive, "Device 'balloon' has not been activated"));
    }
}
