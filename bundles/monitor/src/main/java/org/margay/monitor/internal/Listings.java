package org.margay.monitor.internal;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.pci.PciBus;
import org.margay.pci.PciInfo;

/** Texts for people about a machine. Under the machine lock. */
final class Listings {
    private Listings() {}

    static String cpus(Machine machine) {
        List<String> lines = new ArrayList<>();
        for (VirtualCpu cpu : machine.cpus()) {
            lines.add("%s CPU #%d: pc=0x%016x%s thread_id=%d instructions=%d"
                    .formatted(
                            cpu.index() == 0 ? "*" : " ",
                            cpu.index(),
                            cpu.programCounter(),
                            cpu.halted() ? " (halted)" : "",
                            cpu.threadId(),
                            cpu.instructions()));
        }
        return String.join("\n", lines);
    }

    static String pci(Machine machine) {
        Optional<PciBus> bus = machine.find(PciBus.class);
        if (bus.isEmpty()) {
            return "PCI not supported";
        }
        try (Formatter text = new Formatter(Locale.ROOT)) {
            for (PciInfo.Device device : PciInfo.of(bus.get()).devices()) {
                describe(text, device);
            }
            return text.toString().stripTrailing();
        }
    }

    private static void describe(Formatter text, PciInfo.Device device) {
        text.format("  Bus %2d, device %3d, function %d:%n", device.bus(), device.slot(), device.function());
        int classCode = (Integer) device.class_info().getOrDefault("class", 0);
        Object name = device.class_info().get("desc");
        text.format(
                "    %s: PCI device %04x:%04x%n",
                name != null ? name : "Class %04x".formatted(classCode),
                device.id().getOrDefault("vendor", 0),
                device.id().getOrDefault("device", 0));
        if (device.irq() != null) {
            text.format("      IRQ %d, pin %c%n", device.irq(), 'A' + device.irq_pin() - 1);
        }
        PciInfo.Bridge bridge = device.pci_bridge();
        if (bridge != null) {
            describe(text, bridge.bus());
        }
        for (PciInfo.Region region : device.regions()) {
            String at = region.address() == -1
                    ? "not mapped"
                    : "0x%04x [0x%04x]".formatted(region.address(), region.address() + region.size() - 1);
            text.format(
                    "      BAR%d: %s at %s%n",
                    region.bar(),
                    region.type().equals("io")
                            ? "I/O"
                            : Boolean.TRUE.equals(region.mem_type_64()) ? "64 bit memory" : "32 bit memory",
                    at);
        }
        text.format("      id \"%s\"%n", device.qdev_id());
        if (bridge != null && bridge.devices() != null) {
            bridge.devices().forEach(behind -> describe(text, behind));
        }
    }

    private static void describe(Formatter text, PciInfo.Bus bridge) {
        text.format("      BUS %d.%n", bridge.number());
        text.format("      secondary bus %d.%n", bridge.secondary());
        text.format("      subordinate bus %d.%n", bridge.subordinate());
        text.format(
                "      IO range [0x%04x, 0x%04x]%n",
                bridge.io_range().base(), bridge.io_range().limit());
        text.format(
                "      memory range [0x%08x, 0x%08x]%n",
                bridge.memory_range().base(), bridge.memory_range().limit());
        text.format(
                "      prefetchable memory range [0x%08x, 0x%08x]%n",
                bridge.prefetchable_range().base(), bridge.prefetchable_range().limit());
    }

    static String objects(Machine machine) {
        try (Formatter text = new Formatter(Locale.ROOT)) {
            for (Map.Entry<String, ObjectNode> entry : machine.objects().all().entrySet()) {
                String path = entry.getKey();
                int depth = (int) path.chars().filter(c -> c == '/').count() - 1;
                String indent = "  ".repeat(depth);
                text.format(
                        "%s%s (%s)%n",
                        indent,
                        path.substring(path.lastIndexOf('/') + 1),
                        entry.getValue().typeName());
                for (ObjectProperty property : entry.getValue().properties()) {
                    text.format(
                            "%s    %s = %s%n",
                            indent, property.name(), property.getter().get());
                }
            }
            return text.toString().stripTrailing();
        }
    }

    static String addresses(Machine machine) {
        try (Formatter text = new Formatter(Locale.ROOT)) {
            describe(text, machine.memory());
            describe(text, machine.ports());
            return text.toString().stripTrailing();
        }
    }

    private static void describe(Formatter text, AddressSpace space) {
        text.format("address-space: %s%n", space.name());
        for (FlatView.Range range : space.view().ranges()) {
            text.format(
                    "  %016x-%016x (%s): %s%n",
                    range.start(),
                    range.end() - 1,
                    range.ram() == null ? "i/o" : range.readOnly() ? "rom" : "ram",
                    range.region().name());
        }
    }
}
