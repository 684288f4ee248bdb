package org.margay.ide.internal;

import org.margay.block.drive.Drive;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;

/** Makes CD-ROM drives and puts them into their place. */
final class CdMaker {
    private static final String MODEL = "QEMU DVD-ROM";

    private CdMaker() {}

    static CdDrive make(String driver, IdeProperties properties, DeviceContext context) throws DeviceException {
        if (properties.block().logicalBlockSize() != DiskTransfer.SECTOR) {
            throw new DeviceException("logical_block_size must be 512 for IDE");
        }
        Drive said = properties.drive(context);
        Drive drive = said == null ? new EmptyDrive(context.machine()) : said;
        IdeBus bus = (IdeBus) context.bus();
        int unit = bus.place(properties.unit());
        String model = properties.model();
        CdIdentity identity = new CdIdentity(
                properties.serial(drive, bus.serial(unit)), properties.ver(), model == null ? MODEL : model, unit);
        CdDrive made = new CdDrive(bus.channel(), drive, driver, context.id().orElse(context.label()), identity);
        drive.attach(made);
        bus.channel().connect(unit, made);
        return made;
    }
}
