package org.margay.firmware.internal.bios;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.margay.firmware.internal.option.FirmwarePlan;
import org.margay.machine.MachinePlan;

/** Where firmware files are looked for: as named, in the folders of -L, where distributions install them. */
final class FirmwareSearch {
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/share/seabios", "/usr/share/qemu");

    private FirmwareSearch() {}

    /** The first regular file that a name may mean. */
    static Optional<String> find(String name, MachinePlan plan) {
        List<String> candidates = new ArrayList<>();
        candidates.add(name);
        plan.all(FirmwarePlan.Folder.class).forEach(folder -> candidates.add(folder.path() + "/" + name));
        SYSTEM_FOLDERS.forEach(folder -> candidates.add(folder + "/" + name));
        return candidates.stream().filter(FirmwareSearch::isFile).findFirst();
    }

    private static boolean isFile(String name) {
        try {
            return Files.isRegularFile(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
