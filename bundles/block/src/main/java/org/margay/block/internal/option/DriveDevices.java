package org.margay.block.internal.option;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.ServiceFinder;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.DeviceRequest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gives the board the controllers and drives that belong to it, and a device to each drive of -drive if=virtio. */
@Component(service = MachinePart.class, property = "service.ranking:Integer=-900")
public final class DriveDevices implements MachinePart {
    private static final String IDE = "piix3-ide";
    private static final String FLOPPY = "isa-fdc";

    private final ServiceFinder services;

    @Activate
    public DriveDevices(@Reference ServiceFinder services) {
        this.services = services;
    }

    @Override
    public Stage stage() {
        return Stage.BOARD;
    }

    @Override
    public void build(Machine machine) {
        List<PlannedDrive> drives = machine.plan().all(PlannedDrive.class);
        List<String> drivers = services.names(DrivePlan.DRIVER);
        List<PlannedDrive> ide = at(drives, DriveInterface.IDE);
        if (!ide.isEmpty() || drivers.contains(IDE)) {
            add(machine, IDE, Optional.of("pci.0"), Map.of("addr", "01.1"));
        }
        for (PlannedDrive drive : ide) {
            add(
                    machine,
                    drive.request().settings().cdrom() ? "ide-cd" : "ide-hd",
                    Optional.of("ide." + drive.bus()),
                    Map.of(
                            "unit",
                            Integer.toString(drive.unit()),
                            "drive",
                            drive.request().id()));
        }
        List<PlannedDrive> floppies = at(drives, DriveInterface.FLOPPY);
        if (!floppies.isEmpty() || drivers.contains(FLOPPY)) {
            Map<String, String> properties = new LinkedHashMap<>();
            for (PlannedDrive drive : floppies) {
                properties.put(
                        drive.unit() == 0 ? "driveA" : "driveB", drive.request().id());
            }
            add(machine, FLOPPY, Optional.empty(), properties);
        }
        at(drives, DriveInterface.VIRTIO).forEach(drive -> addVirtio(machine, drive));
    }

    private static List<PlannedDrive> at(List<PlannedDrive> drives, DriveInterface connection) {
        return drives.stream()
                .filter(drive -> drive.connection() == connection)
                .sorted(Comparator.comparingInt(PlannedDrive::index))
                .toList();
    }

    private static void add(Machine machine, String driver, Optional<String> bus, Map<String, String> properties) {
        machine.plan()
                .add(BoardDevice.class, new BoardDevice(new DeviceRequest(driver, Optional.empty(), bus, properties)));
    }

    private static void addVirtio(Machine machine, PlannedDrive drive) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("drive", drive.request().id());
        drive.address().ifPresent(address -> properties.put("addr", address));
        machine.plan()
                .add(
                        DeviceRequest.class,
                        new DeviceRequest("virtio-blk-pci", Optional.empty(), Optional.empty(), properties));
    }
}
