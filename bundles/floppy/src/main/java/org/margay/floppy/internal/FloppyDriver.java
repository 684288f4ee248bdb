package org.margay.floppy.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveProperties;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.osgi.service.component.annotations.Component;

/** Driver "floppy": a floppy disk drive. */
@Component(service = DeviceDriver.class)
@DriverName(FloppyDriver.NAME)
public final class FloppyDriver implements DeviceDriver<FloppyDriver.Properties, FloppyDrive.State> {
    static final String NAME = "floppy";

    /**
     * Properties of floppy.
     *
     * @param unit 0 or 1, or none for the first free one
     */
    public record Properties(
            DriveProperties block,
            @PropertyType("uint32") @Nullable Long unit,
            @Default("auto") DriveType driveType) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "virtual floppy drive";
    }

    @Override
    public String busType() {
        return FloppyBus.TYPE;
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<FloppyDrive.State> stateType() {
        return FloppyDrive.State.class;
    }

    @Override
    public Device<FloppyDrive.State> create(Properties properties, DeviceContext context) throws DeviceException {
        DriveProperties block = properties.block();
        if (block.logicalBlockSize() != FloppyFormat.SECTOR || block.physicalBlockSize() != FloppyFormat.SECTOR) {
            throw new DeviceException("Physical and logical block size must be 512 for floppy");
        }
        String id = block.drive();
        if (id == null) {
            throw new DeviceException("No drive specified");
        }
        Drive drive = context.backend(Drive.class, id);
        FloppyBus bus = (FloppyBus) context.bus();
        int unit = bus.place(properties.unit());
        FloppyDrive made = new FloppyDrive(
                drive,
                NAME,
                context.id().orElse(context.label()),
                properties.driveType(),
                bus.controller().fallback());
        drive.attach(made);
        bus.controller().fdc().connect(unit, made);
        bus.controller().noteEquipment();
        return new FloppyDevice(bus.controller(), unit, made);
    }
}
