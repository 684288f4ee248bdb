package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.osgi.service.component.annotations.Component;

/** Driver "ide-drive": a hard disk or a CD-ROM drive, as its drive's medium is. */
@Component(service = DeviceDriver.class)
@DriverName(IdeDriveDriver.NAME)
public final class IdeDriveDriver implements DeviceDriver<IdeDriveDriver.Properties, IdeDriveDriver.State> {
    static final String NAME = "ide-drive";

    /** Properties of ide-drive. */
    public record Properties(IdeProperties ide) {}

    /**
     * One of two.
     *
     * @param disk state of a hard disk, or null
     * @param cd state of a CD-ROM drive, or null
     */
    record State(HardDisk.@Nullable State disk, CdDrive.@Nullable State cd) {
        State {
            if ((disk == null) == (cd == null)) {
                throw new IllegalArgumentException("neither a disk nor a CD-ROM drive, or both");
            }
        }
    }

    private record Disk(HardDisk disk) implements IdeDevice<State> {
        @Override
        public boolean isAt(AtaChannel cable, int unit) {
            return disk.isAt(cable, unit);
        }

        @Override
        public void reset() {
            disk.reset();
        }

        @Override
        public State save() {
            return new State(disk.save(), null);
        }

        @Override
        public void restore(State state) {
            if (state.disk == null) {
                throw new IllegalArgumentException("state of a CD-ROM drive");
            }
            disk.restore(state.disk);
        }

        @Override
        public void close() {
            disk.close();
        }
    }

    private record Cd(CdDrive cd) implements IdeDevice<State> {
        @Override
        public boolean isAt(AtaChannel cable, int unit) {
            return cd.isAt(cable, unit);
        }

        @Override
        public void reset() {
            cd.reset();
        }

        @Override
        public State save() {
            return new State(null, cd.save());
        }

        @Override
        public void restore(State state) {
            if (state.cd == null) {
                throw new IllegalArgumentException("state of a hard disk");
            }
            cd.restore(state.cd);
        }

        @Override
        public void close() {
            cd.close();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "virtual IDE disk or CD-ROM (legacy)";
    }

    @Override
    public String busType() {
        return IdeBus.TYPE;
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
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
        Drive drive = properties.ide().drive(context);
        return drive != null && drive.settings().cdrom()
                ? new Cd(CdMaker.make(NAME, properties.ide(), context))
                : new Disk(DiskMaker.make(NAME, properties.ide(), 0, context));
    }
}
