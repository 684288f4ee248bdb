package org.margay.ide.internal;

import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveProperties;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;

/** Makes hard disks and puts them into their place. */
final class DiskMaker {
    private static final String MODEL = "QEMU HARDDISK";

    private DiskMaker() {}

    static HardDisk make(String driver, IdeProperties properties, int rotationRate, DeviceContext context)
            throws DeviceException {
        DriveProperties block = properties.block();
        if (block.logicalBlockSize() != DiskTransfer.SECTOR) {
            throw new DeviceException("logical_block_size must be 512 for IDE");
        }
        Drive drive = properties.drive(context);
        if (drive == null) {
            throw new DeviceException("No drive specified");
        }
        if (!drive.hasMedium()) {
            throw new DeviceException("Device needs media, but drive is empty");
        }
        if (drive.readOnly()) {
            throw new DeviceException("Can't use a read-only drive");
        }
        IdeBus bus = (IdeBus) context.bus();
        int unit = bus.place(properties.unit());
        String model = properties.model();
        DiskIdentity identity = new DiskIdentity(
                properties.serial(drive, bus.serial(unit)),
                properties.ver(),
                model == null ? MODEL : model,
                properties.wwn(),
                rotationRate,
                Integer.numberOfTrailingZeros(block.physicalBlockSize() / block.logicalBlockSize()),
                block.discardGranularity() != 0,
                unit);
        HardDisk disk;
        try {
            disk = new HardDisk(
                    bus.channel(),
                    drive,
                    driver,
                    context.id().orElse(context.label()),
                    identity,
                    () -> bus.setType(unit, null));
        } catch (IllegalArgumentException e) {
            throw new DeviceException("%s: %s".formatted(driver, e.getMessage()));
        }
        drive.attach(disk);
        bus.channel().connect(unit, disk);
        bus.setType(unit, disk.geometry());
        return disk;
    }
}
