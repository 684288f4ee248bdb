package org.margay.block.internal.option;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.osgi.service.component.annotations.Component;

/** Makes the drives that the options ask for. */
@Component(service = MachinePart.class)
public final class DrivePart implements MachinePart {
    @Override
    public Stage stage() {
        return Stage.BACKENDS;
    }

    /** A drive of -drive goes with its device. */
    private static void leave(Machine machine, @Nullable String id) {
        if (id != null
                && machine.backends().find(Drive.class, id).orElse(null) instanceof BlockDrive drive
                && drive.user().isEmpty()) {
            drive.leave();
        }
    }

    @Override
    public void build(Machine machine) throws DeviceException {
        for (OpenDrive open : machine.plan().all(OpenDrive.class)) {
            BlockDrive drive = new BlockDrive(machine, open.drive().request(), open.take());
            machine.backends().add(Drive.class, drive.id(), drive);
            machine.onClose(drive::close);
        }
        machine.onUnplug(properties -> leave(machine, properties.get("drive")));
    }
}
