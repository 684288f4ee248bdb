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
            List<Region> regions) {}

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
        List<Device> devices = new ArrayList<>();
        for (PciFunction function : bus.functions()) {
            devices.add(describe(bus, function));
        }
        return new PciInfo(bus.number(), devices);
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
        id.put("subsystem", config.getWord(PciRegister.SUBSYSTEM_ID));
        id.put("subsystem-vendor", config.getWord(PciRegister.SUBSYSTEM_VENDOR_ID));
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
                function.bars().stream().map(bar -> describe(function, bar)).toList());
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
