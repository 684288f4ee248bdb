package org.margay.pci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What query-pci and its human forms tell of a bus. Names of components are those on the wire.
 *
 * @param bus bus number
 */
public record PciInfo(int bus, List<Device> devices) {
    /**
     * One function.
     *
     * @param class_info "class", the 16-bit class, and "desc" when it has a name
     * @param irq interrupt line register, or null without an interrupt pin
     * @param irq_pin 0 none, 1 INTA# to 4
     * @param qdev_id the user's id, or ""
     */
    public record Device(
            int bus,
            int slot,
            int function,
            Map<String, Object> class_info,
            Map<String, Integer> id,
            @Nullable Integer irq,
            int irq_pin,
            String qdev_id,
            List<Region> regions,
            @Nullable Bridge pci_bridge) {}

    /**
     * What is behind a bridge.
     *
     * @param devices null until the guest numbered the bus
     */
    public record Bridge(Bus bus, @Nullable List<Device> devices) {}

    /**
     * Registers of a bridge.
     *
     * @param number of the primary bus
     */
    public record Bus(
            int number, int secondary, int subordinate, Range io_range, Range memory_range, Range prefetchable_range) {}

    /**
     * A window of a bridge, closed when the limit is below the base.
     *
     * @param limit the last address
     */
    public record Range(long base, long limit) {
        private static Range of(BridgeWindow.Range range) {
            return new Range(range.first(), range.last());
        }
    }

    /**
     * A base address register.
     *
     * @param bar 0 to 5, 6 is the expansion ROM
     * @param type "io" or "memory"
     * @param address -1 while not mapped
     * @param size bytes
     * @param prefetch null unless memory
     * @param mem_type_64 null unless memory
     */
    public record Region(
            int bar,
            String type,
            long address,
            long size,
            @Nullable Boolean prefetch,
            @Nullable Boolean mem_type_64) {}

    public static PciInfo of(PciBus bus) {
        return new PciInfo(bus.number(), devices(bus));
    }

    private static List<Device> devices(PciBus bus) {
        List<Device> devices = new ArrayList<>();
        for (PciFunction function : bus.functions()) {
            devices.add(describe(bus, function));
        }
        return devices;
    }

    private static Device describe(PciBus bus, PciFunction function) {
        ConfigSpace config = function.config();
        PciSlot place = Objects.requireNonNull(function.place());
        int classCode = config.getWord(PciRegister.CLASS);
        Map<String, Object> classInfo = new LinkedHashMap<>();
        PciClassNames.find(classCode).ifPresent(name -> classInfo.put("desc", name));
        classInfo.put("class", classCode);
        Map<String, Integer> id = new LinkedHashMap<>();
        id.put("device", config.getWord(PciRegister.DEVICE_ID));
        id.put("vendor", config.getWord(PciRegister.VENDOR_ID));
        PciBridge bridge = function.bridge();
        if (bridge == null) {
            id.put("subsystem", config.getWord(PciRegister.SUBSYSTEM_ID));
            id.put("subsystem-vendor", config.getWord(PciRegister.SUBSYSTEM_VENDOR_ID));
        }
        int pin = config.getByte(PciRegister.INTERRUPT_PIN);
        return new Device(
                bus.number(),
                place.slot(),
                place.function(),
                classInfo,
                id,
                pin == 0 ? null : config.getByte(PciRegister.INTERRUPT_LINE),
                pin,
                function.id(),
                function.bars().stream().map(bar -> describe(function, bar)).toList(),
                bridge == null ? null : describe(bridge));
    }

    private static Bridge describe(PciBridge bridge) {
        Bus bus = new Bus(
                bridge.primaryNumber(),
                bridge.secondaryNumber(),
                bridge.subordinateNumber(),
                Range.of(bridge.portRange()),
                Range.of(bridge.memoryRange()),
                Range.of(bridge.prefetchableRange()));
        return new Bridge(bus, bridge.secondaryNumber() == 0 ? null : devices(bridge.secondary()));
    }

    private static Region describe(PciFunction function, PciBar bar) {
        boolean memory = bar.kind() != PciBar.Kind.IO;
        return new Region(
                bar.index(),
                memory ? "memory" : "io",
                function.addressOf(bar),
                bar.region().size(),
                memory ? bar.kind().prefetch() : null,
                memory ? bar.kind().is64Bit() : null);
    }
}
