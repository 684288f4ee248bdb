package org.margay.firmware.internal.acpi;

import static org.margay.firmware.internal.acpi.Aml.and;
import static org.margay.firmware.internal.acpi.Aml.argument;
import static org.margay.firmware.internal.acpi.Aml.createDwordField;
import static org.margay.firmware.internal.acpi.Aml.device;
import static org.margay.firmware.internal.acpi.Aml.eisaId;
import static org.margay.firmware.internal.acpi.Aml.integer;
import static org.margay.firmware.internal.acpi.Aml.method;
import static org.margay.firmware.internal.acpi.Aml.name;
import static org.margay.firmware.internal.acpi.Aml.or;
import static org.margay.firmware.internal.acpi.Aml.pack;
import static org.margay.firmware.internal.acpi.Aml.path;
import static org.margay.firmware.internal.acpi.Aml.processor;
import static org.margay.firmware.internal.acpi.Aml.returning;
import static org.margay.firmware.internal.acpi.Aml.scope;
import static org.margay.firmware.internal.acpi.Aml.store;
import static org.margay.firmware.internal.acpi.Aml.when;

import java.util.ArrayList;
import java.util.List;
import org.margay.firmware.internal.acpi.Aml.Term;

/**
 * The differentiated definition block: PCI root bridge with its windows, interrupt routing and hot-plug slots, interrupt links on
 * the PIIX3's route registers, ISA devices, processors, and the sleep states of the PIIX4.
 */
final class Dsdt {
    /** Where 32-bit PCI windows end: the I/O APIC follows. */
    private static final long PCI_WINDOW_END = 0xFEC0_0000L;

    /** Below this no PCI window starts, however little RAM there is. */
    private static final long PCI_WINDOW_START = 0x8000_0000L;

    private static final long FOUR_GIB = 1L << 32;
    private static final long GIB = 1L << 30;

    private static final int SCI = 9;
    private static final int[] LINK_CHOICES = {5, 10, 11};
    private static final int LINK_DISABLED = 0x80;
    private static final int PRESENT_ENABLED_FUNCTIONING = 0x0B;
    private static final int PRESENT_DISABLED = 0x09;
    /** Offset of the interrupt number in the template of {@link Resources#sharedInterrupt}. */
    private static final int INTERRUPT_NUMBER = 5;

    private static final int[] SERIAL_PORTS = {0x3F8, 0x2F8, 0x3E8, 0x2E8};
    private static final int[] SERIAL_IRQS = {4, 3, 4, 3};

    private Dsdt() {}

    static Term build(Hardware hardware) {
        List<Term> system = new ArrayList<>();
        system.add(device(
                "PCI0",
                name("_HID", eisaId("PNP0A03")),
                name("_UID", integer(0)),
                name("_CRS", pciWindows(hardware)),
                name("_PRT", pciRouting(hardware)),
                isaBridge(hardware),
                hardware.hotplug().map(HotplugBlock::rootBridge).orElse(Aml.list())));
        for (int link = 0; link < 4; link++) {
            system.add(link(link));
        }
        system.add(sciLink());
        if (hardware.hpet()) {
            system.add(device(
                    "HPET",
                    name("_HID", eisaId("PNP0103")),
                    name("_UID", integer(0)),
                    name("_CRS", new Resources().memory(0xFED0_0000L, 0x400).toBuffer())));
        }
        for (int cpu = 0; cpu < hardware.cpus(); cpu++) {
            system.add(processor("CP%02X".formatted(cpu), cpu));
        }
        return Aml.list(
                scope("\\_SB", system.toArray(Term[]::new)),
                scope(
                        "\\_GPE",
                        name("_HID", Aml.string("ACPI0006")),
                        hardware.hotplug().map(HotplugBlock::event).orElse(Aml.list())),
                sleepState("\\_S3", 1),
                sleepState("\\_S4", 2),
                sleepState("\\_S5", 0));
    }

    private static Term sleepState(String name, int type) {
        return name(name, pack(integer(type), integer(type), integer(0), integer(0)));
    }

    /** What the host bridge passes on: all ports but its own eight, the legacy video area, the holes beside RAM. */
    private static Term pciWindows(Hardware hardware) {
        Resources windows = new Resources()
                .busNumbers(0, 0xFF)
                .io(0xCF8, 8)
                .ioWindow(0x0000, 0x0CF7)
                .ioWindow(0x0D00, 0xFFFF)
                .memoryWindow(0xA0000, 0xBFFFF, true)
                .memoryWindow(Math.max(PCI_WINDOW_START, hardware.memory().lowRam()), PCI_WINDOW_END - 1, false);
        long highStart = FOUR_GIB + hardware.memory().highRam() + GIB - 1 & -GIB;
        return windows.wideMemoryWindow(highStart, highStart + 32 * GIB - 1).toBuffer();
    }

    /** Slot 1 carries the power management function, whose interrupt is the SCI however PIRQA# is routed. */
    private static Term pciRouting(Hardware hardware) {
        List<Term> entries = new ArrayList<>();
        for (int slot = 0; slot < 32; slot++) {
            for (int pin = 0; pin < 4; pin++) {
                char letter = slot == 1 && pin == 0 ? 'S' : (char) ('A' + hardware.wires()[slot * 4 + pin]);
                entries.add(pack(
                        integer((long) slot << 16 | 0xFFFF), integer(pin), path("\\_SB.LNK" + letter), integer(0)));
            }
        }
        return pack(entries);
    }

    private static Term link(int wire) {
        Term route = path("\\_SB.PCI0.ISA.PRQ" + wire);
        Term template = new Resources().sharedInterrupt(0).toBuffer();
        return device(
                "LNK" + (char) ('A' + wire),
                name("_HID", eisaId("PNP0C0F")),
                name("_UID", integer(wire)),
                name("_PRS", new Resources().sharedInterrupt(LINK_CHOICES).toBuffer()),
                name("CURR", template),
                method(
                        "_STA",
                        0,
                        when(and(route, integer(LINK_DISABLED)), returning(integer(PRESENT_DISABLED))),
                        returning(integer(PRESENT_ENABLED_FUNCTIONING))),
                method("_DIS", 0, or(route, integer(LINK_DISABLED), route)),
                method(
                        "_CRS",
                        0,
                        createDwordField(path("CURR"), INTERRUPT_NUMBER, "NUMB"),
                        store(and(route, integer(15)), path("NUMB")),
                        returning(path("CURR"))),
                method("_SRS", 1, createDwordField(argument(0), INTERRUPT_NUMBER, "WANT"), store(path("WANT"), route)));
    }

    private static Term sciLink() {
        Term fixed = new Resources().sharedInterrupt(SCI).toBuffer();
        return device(
                "LNKS",
                name("_HID", eisaId("PNP0C0F")),
                name("_UID", integer(4)),
                name("_PRS", fixed),
                name("_CRS", fixed),
                name("_STA", integer(PRESENT_ENABLED_FUNCTIONING)),
                method("_DIS", 0),
                method("_SRS", 1));
    }

    private static Term isaBridge(Hardware hardware) {
        List<Term> content = new ArrayList<>();
        content.add(name("_ADR", integer(0x0001_0000)));
        content.add(Aml.operationRegion("ROUT", Aml.Space.PCI_CONFIG, 0x60, 4));
        content.add(Aml.byteField("ROUT", "PRQ0", "PRQ1", "PRQ2", "PRQ3"));
        content.add(isaDevice(
                "PIC",
                "PNP0000",
                new Resources().io(0x20, 2).io(0xA0, 2).io(0x4D0, 2).irq(2)));
        content.add(isaDevice("TMR", "PNP0100", new Resources().io(0x40, 4).irq(0)));
        content.add(isaDevice(
                "DMAC",
                "PNP0200",
                new Resources().io(0x00, 16).io(0x80, 16).io(0xC0, 32).dma(4)));
        content.add(isaDevice("RTC", "PNP0B00", new Resources().io(0x70, 2).irq(8)));
        content.add(isaDevice("SPKR", "PNP0800", new Resources().io(0x61, 1)));
        content.add(isaDevice("FPU", "PNP0C04", new Resources().io(0xF0, 16).irq(13)));
        if (hardware.keyboardController()) {
            content.add(isaDevice(
                    "KBD", "PNP0303", new Resources().io(0x60, 1).io(0x64, 1).irq(1)));
            content.add(isaDevice("MOU", "PNP0F13", new Resources().irq(12)));
        }
        for (int port : hardware.serialPorts()) {
            content.add(device(
                    "COM" + (port + 1),
                    name("_HID", eisaId("PNP0501")),
                    name("_UID", integer(port + 1)),
                    name(
                            "_CRS",
                            new Resources()
                                    .io(SERIAL_PORTS[port], 8)
                                    .irq(SERIAL_IRQS[port])
                                    .toBuffer())));
        }
        hardware.panicPort().ifPresent(port -> content.add(panicDevice(port)));
        return device("ISA", content.toArray(Term[]::new));
    }

    /** With the methods by which systems read and write its port ("PVPANIC DEVICE", a specification of the QEMU project). */
    private static Term panicDevice(int port) {
        return device(
                "PEVT",
                name("_HID", Aml.string("QEMU0001")),
                name("_CRS", new Resources().io(port, 1).toBuffer()),
                name("_STA", integer(PRESENT_ENABLED_FUNCTIONING)),
                Aml.operationRegion("PEOR", Aml.Space.SYSTEM_IO, port, 1),
                Aml.byteField("PEOR", "PEPT"),
                method("RDPT", 0, returning(path("PEPT"))),
                method("WRPT", 1, store(argument(0), path("PEPT"))));
    }

    private static Term isaDevice(String name, String id, Resources resources) {
        return device(name, name("_HID", eisaId(id)), name("_CRS", resources.toBuffer()));
    }
}
