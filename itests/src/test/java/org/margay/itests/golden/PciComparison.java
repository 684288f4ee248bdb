package org.margay.itests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what query-pci tells of the devices that both servers have under the same id: what they are, and their BARs. Which others
 * there are, and where, differs as long as some are not there yet.
 */
final class PciComparison {
    private static final List<String> MEMBERS = List.of("id", "class_info", "function");
    private static final List<String> BAR_MEMBERS = List.of("bar", "type", "size", "prefetch", "mem_type_64");

    private PciComparison() {}

    static boolean agrees(JsonNode want, JsonNode got) {
        List<JsonNode> ours = devices(got);
        return got.has("return")
                && devices(want).stream()
                        .allMatch(theirs -> ours.stream()
                                .filter(device -> device.get("qdev_id").equals(theirs.get("qdev_id")))
                                .allMatch(device -> sameDevice(theirs, device)));
    }

    /** Those with ids, on all buses. */
    private static List<JsonNode> devices(JsonNode reply) {
        List<JsonNode> devices = new ArrayList<>();
        reply.path("return")
                .forEach(bus -> bus.path("devices").forEach(device -> {
                    if (!device.path("qdev_id").asText().isEmpty()) {
                        devices.add(device);
                    }
                }));
        return devices;
    }

    private static boolean sameDevice(JsonNode want, JsonNode got) {
        return same(MEMBERS, want, got) && hasBars(want.path("regions"), got.path("regions"));
    }

    /** Ours may have more, such as those of interfaces that came later. */
    private static boolean hasBars(JsonNode want, JsonNode got) {
        List<JsonNode> ours = new ArrayList<>();
        got.forEach(ours::add);
        for (JsonNode bar : want) {
            if (ours.stream().noneMatch(each -> same(BAR_MEMBERS, bar, each))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(List<String> members, JsonNode want, JsonNode got) {
        return members.stream()
                .filter(want::has)
                .allMatch(member -> got.has(member) && Comparison.covers(want.get(member), got.get(member)));
    }
}
