package org.margay.firmware.internal.bios;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.ObjectTree;

/**
 * The devices with a bootindex, in its order, as SeaBIOS names them in fw_cfg's file "bootorder": Open Firmware's device paths (IEEE 1275,
 * 2.2.1; its PCI bus binding, 2.2.1.2). Read from the devices' own properties.
 */
final class BootIndexes {
    private static final String ROOT_BUS = "pci.0";
    private static final String ROOT_PATH = "/pci@i0cf8";
    private static final String IDE_CONTROLLER = ROOT_PATH + "/ide@1,1";
    private static final String FLOPPY_CONTROLLER = ROOT_PATH + "/isa@1/fdc@03f0";

    private BootIndexes() {}

    /** Paths, the one to be started from first in front. */
    static List<String> paths(ObjectTree objects) {
        Map<Long, String> paths = new TreeMap<>();
        for (ObjectNode node : objects.all().values()) {
            Map<String, Object> properties = values(node.properties());
            index(properties, "bootindex")
                    .ifPresent(index -> path(properties).ifPresent(path -> paths.putIfAbsent(index, path)));
            index(properties, "bootindexA").ifPresent(index -> paths.putIfAbsent(index, floppy(0)));
            index(properties, "bootindexB").ifPresent(index -> paths.putIfAbsent(index, floppy(1)));
        }
        return List.copyOf(paths.values());
    }

    private static Map<String, Object> values(Collection<ObjectProperty> properties) {
        Map<String, Object> values = new TreeMap<>();
        for (ObjectProperty property : properties) {
            if (property.name().matches("bootindex[AB]?|addr|unit|parent_bus")) {
                values.put(property.name(), property.getter().get());
            }
        }
        return values;
    }

    private static Optional<Long> index(Map<String, Object> properties, String name) {
        return properties.get(name) instanceof Number number && number.longValue() >= 0
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    private static Optional<String> path(Map<String, Object> properties) {
        String bus = String.valueOf(properties.get("parent_bus"));
        if (bus.equals(ROOT_BUS)) {
            return pci(String.valueOf(properties.get("addr")));
        }
        String unit = String.valueOf(properties.get("unit"));
        if (!unit.matches("[01]")) {
            return Optional.empty();
        }
        if (bus.matches("ide\\.[01]")) {
            return Optional.of("%s/drive@%s/disk@%s".formatted(IDE_CONTROLLER, bus.substring(4), unit));
        }
        return bus.startsWith("floppy") ? Optional.of(floppy(Integer.parseInt(unit))) : Optional.empty();
    }

    private static String floppy(int unit) {
        return "%s/floppy@%d".formatted(FLOPPY_CONTROLLER, unit);
    }

    /** Whatever is at a place: SeaBIOS compares the place alone. The address is "slot.function" in hex. */
    private static Optional<String> pci(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length == 0 || parts.length > 2 || !address.matches("[0-9a-f]{1,2}(\\.[0-7])?")) {
            return Optional.empty();
        }
        int slot = Integer.parseInt(parts[0], 16);
        int function = parts.length == 2 ? Integer.parseInt(parts[1], 16) : 0;
        return Optional.of(
                "%s/device@%x%s".formatted(ROOT_PATH, slot, function == 0 ? "" : "," + Integer.toHexString(function)));
    }
}
