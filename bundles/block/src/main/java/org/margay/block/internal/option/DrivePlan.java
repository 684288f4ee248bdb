package org.margay.block.internal.option;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.margay.block.internal.drive.DriveRequest;
import org.margay.block.internal.drive.Media;
import org.margay.block.internal.drive.Medium;
import org.margay.machine.DeviceDriver;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.PlanDefaults;
import org.margay.machine.ServiceFinder;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.MachineFlag;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Adds the drives that a PC has although nobody asked, for a CD and a floppy disk, and opens all images: before the machine is built,
 * since that may bring drivers of formats.
 */
@Component
public final class DrivePlan implements PlanDefaults {
    @SuppressWarnings({"unchecked", "rawtypes"})
    static final ServiceFinder.Kind<DeviceDriver<?, ?>> DRIVER =
            new ServiceFinder.Kind<>((Class) DeviceDriver.class, "driver.name", "org.margay.driver");

    /** Whoever asks for one of these wants no drive on top. */
    private static final Set<String> INSTEAD_OF_CD = Set.of("ide-cd", "ide-hd", "ide-drive", "scsi-cd", "scsi-hd");

    private static final Set<String> INSTEAD_OF_FLOPPY = Set.of("isa-fdc", "floppy");

    private static final int SECOND_BUS = 1;

    private final ServiceFinder services;
    private final Media media;
    /** Of the last machine that was planned: what never came to be must not keep its images locked. */
    private List<OpenDrive> last = List.of();

    @Activate
    public DrivePlan(@Reference ServiceFinder services, @Reference Media media) {
        this.services = services;
        this.media = media;
    }

    @Deactivate
    synchronized void deactivate() {
        last.forEach(OpenDrive::close);
    }

    @Override
    public synchronized void complete(MachinePlan plan) throws OptionException {
        last.forEach(OpenDrive::close);
        if (!MachineFlag.NO_DEFAULTS.in(plan)) {
            addDefaults(plan);
        }
        boolean snapshot = plan.get(SnapshotMode.class).isPresent();
        List<OpenDrive> opened = new ArrayList<>();
        for (PlannedDrive drive : plan.all(PlannedDrive.class)) {
            try {
                opened.add(open(drive, snapshot));
            } catch (IOException e) {
                opened.forEach(OpenDrive::close);
                throw new OptionException("-drive %s: %s".formatted(drive.text(), e.getMessage()));
            }
        }
        last = opened;
        opened.forEach(drive -> plan.add(OpenDrive.class, drive));
    }

    private void addDefaults(MachinePlan plan) throws OptionException {
        List<String> drivers = services.names(DRIVER);
        List<PlannedDrive> drives = plan.all(PlannedDrive.class);
        if (drivers.contains("ide-cd")
                && !asked(plan, INSTEAD_OF_CD)
                && drives.stream().noneMatch(drive -> drive.isAt(DriveInterface.IDE, SECOND_BUS, 0))) {
            plan.add(PlannedDrive.class, DriveText.read("index=2,media=cdrom", plan));
        }
        if (drivers.contains("isa-fdc")
                && !asked(plan, INSTEAD_OF_FLOPPY)
                && drives.stream().noneMatch(drive -> drive.isAt(DriveInterface.FLOPPY, 0, 0))) {
            plan.add(PlannedDrive.class, DriveText.read("if=floppy,index=0", plan));
        }
    }

    private static boolean asked(MachinePlan plan, Set<String> drivers) {
        return plan.all(DeviceRequest.class).stream().anyMatch(device -> drivers.contains(device.driver()));
    }

    private OpenDrive open(PlannedDrive drive, boolean snapshotAll) throws IOException {
        DriveRequest request = drive.request();
        if (request.file().isEmpty()) {
            return new OpenDrive(drive, null);
        }
        boolean snapshot =
                (request.snapshot() || snapshotAll) && !request.open().readOnly();
        Medium medium = media.open(request.file().get(), request.format(), request.open(), snapshot);
        return new OpenDrive(drive, medium);
    }
}
