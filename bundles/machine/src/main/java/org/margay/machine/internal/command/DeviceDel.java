package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.internal.device.PluggedDevices;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Has a device leave; DEVICE_DELETED tells when it has. */
@Component(service = QmpCommand.class)
@CommandName("device_del")
public final class DeviceDel implements QmpCommand<DeviceDel.Arguments> {
    /**
     * Which.
     *
     * @param id the device's id, or its path in the object tree
     */
    public record Arguments(String id) {}

    private final Machine machine;

    @Activate
    public DeviceDel(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        PluggedDevices.of(machine).askToLeave(arguments.id());
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}
