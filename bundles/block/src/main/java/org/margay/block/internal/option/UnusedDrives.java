package org.margay.block.internal.option;

import org.margay.block.drive.Drive;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of drives that were to have a device and have none. */
@Component(service = MachinePart.class)
public final class UnusedDrives implements MachinePart {
    private static final Logger LOG = LoggerFactory.getLogger(UnusedDrives.class);

    @Override
    public Stage stage() {
        return Stage.FRONTENDS;
    }

    @Override
    public void build(Machine machine) {
        for (PlannedDrive drive : machine.plan().all(PlannedDrive.class)) {
            boolean used = machine.backends()
                    .find(Drive.class, drive.request().id())
                    .map(BlockDrive.class::cast)
                    .flatMap(BlockDrive::user)
                    .isPresent();
            if (!used && drive.connection() != DriveInterface.NONE) {
                LOG.warn(
                        "orphaned drive without device: id={},file={},if={},bus={},unit={}",
                        drive.request().id(),
                        drive.request().file().orElse(""),
                        drive.connection(),
                        drive.bus(),
                        drive.unit());
            }
        }
    }
}
