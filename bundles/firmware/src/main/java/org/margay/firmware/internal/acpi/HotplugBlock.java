package org.margay.firmware.internal.acpi;

import static org.margay.firmware.internal.acpi.Aml.acquire;
import static org.margay.firmware.internal.acpi.Aml.and;
import static org.margay.firmware.internal.acpi.Aml.argument;
import static org.margay.firmware.internal.acpi.Aml.call;
import static org.margay.firmware.internal.acpi.Aml.device;
import static org.margay.firmware.internal.acpi.Aml.dwordField;
import static org.margay.firmware.internal.acpi.Aml.eisaId;
import static org.margay.firmware.internal.acpi.Aml.integer;
import static org.margay.firmware.internal.acpi.Aml.method;
import static org.margay.firmware.internal.acpi.Aml.mutex;
import static org.margay.firmware.internal.acpi.Aml.name;
import static org.margay.firmware.internal.acpi.Aml.notification;
import static org.margay.firmware.internal.acpi.Aml.operationRegion;
import static org.margay.firmware.internal.acpi.Aml.path;
import static org.margay.firmware.internal.acpi.Aml.release;
import static org.margay.firmware.internal.acpi.Aml.shiftLeft;
import static org.margay.firmware.internal.acpi.Aml.store;
import static org.margay.firmware.internal.acpi.Aml.when;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.margay.firmware.internal.acpi.Aml.Term;

/**
 * How a guest takes part in PCI hot-plug (ACPI 2.0, section 6.3 "Device Insertion and Removal Objects"; registers as in QEMU's "ACPI
 * BIOS PCI hotplug interface"): a device for each slot, which it can eject; a method for the event that looks at all buses and
 * notifies slots. The bus select register is everybody's, hence the mutex.
 */
final class HotplugBlock {
    private static final int PORT = 0xAE00;
    private static final int EJECT = 0x08;
    private static final int SELECT = 0x10;
    private static final int SIZE = 0x14;

    private static final int DEVICE_CHECK = 1;
    private static final int EJECT_REQUEST = 3;

    private static final String ROOT = "\\_SB.PCI0";
    private static final Term LOCK = path(ROOT + ".BLCK");

    private HotplugBlock() {}

    /** What the root bridge holds. */
    static Term rootBridge(HotplugBus root) {
        return Aml.list(
                device(
                        "HPR",
                        name("_HID", eisaId("PNP0C02")),
                        name("_UID", Aml.string("PCI hot-plug registers")),
                        name("_CRS", new Resources().io(PORT, SIZE).toBuffer())),
                operationRegion("HPST", Aml.Space.SYSTEM_IO, PORT, 8),
                dwordField("HPST", "PCIU", "PCID"),
                operationRegion("HPEJ", Aml.Space.SYSTEM_IO, PORT + EJECT, 4),
                dwordField("HPEJ", "PEJT"),
                operationRegion("HPBS", Aml.Space.SYSTEM_IO, PORT + SELECT, 4),
                dwordField("HPBS", "BNUM"),
                mutex("BLCK"),
                method(
                        "PCEJ",
                        2,
                        acquire(LOCK),
                        store(argument(0), path("BNUM")),
                        store(shiftLeft(integer(1), argument(1)), path("PEJT")),
                        release(LOCK)),
                bus(root));
    }

    /** The slots of a bus, and DVNT (slots, event), which notifies those of a bitmap. */
    private static Term bus(HotplugBus bus) {
        List<Term> terms = new ArrayList<>();
        SortedSet<Integer> places = new TreeSet<>(bus.bridges().keySet());
        bus.slots().forEach(slot -> places.add(slot << 3));
        for (int place : places) {
            terms.add(place(bus, place));
        }
        List<Term> notifications = bus.slots().stream()
                .map(slot -> when(
                        and(argument(0), integer(1L << slot)), notification(path(deviceName(slot << 3)), argument(1))))
                .toList();
        terms.add(method("DVNT", 2, notifications.toArray(Term[]::new)));
        return Aml.list(terms);
    }

    private static Term place(HotplugBus bus, int place) {
        int slot = place >> 3;
        int function = place & 7;
        List<Term> content = new ArrayList<>();
        content.add(name("_ADR", integer((long) slot << 16 | function)));
        if (function == 0 && bus.slots().contains(slot)) {
            content.add(name("_SUN", integer(bus.number() << 5 | slot)));
            content.add(method("_EJ0", 1, call("PCEJ", integer(bus.number()), integer(slot))));
        }
        HotplugBus behind = bus.bridges().get(place);
        if (behind != null) {
            content.add(bus(behind));
        }
        return device(deviceName(place), content.toArray(Term[]::new));
    }

    private static String deviceName(int place) {
        return "S%02X".formatted(place);
    }

    /** The method of general purpose event 1. */
    static Term event(HotplugBus root) {
        List<Term> terms = new ArrayList<>();
        terms.add(acquire(LOCK));
        look(root, ROOT, terms);
        terms.add(release(LOCK));
        return method("_E01", 0, terms.toArray(Term[]::new));
    }

    private static void look(HotplugBus bus, String path, List<Term> terms) {
        terms.add(store(integer(bus.number()), path(ROOT + ".BNUM")));
        terms.add(call(path + ".DVNT", path(ROOT + ".PCIU"), integer(DEVICE_CHECK)));
        terms.add(call(path + ".DVNT", path(ROOT + ".PCID"), integer(EJECT_REQUEST)));
        bus.bridges().forEach((place, behind) -> look(behind, path + "." + deviceName(place), terms));
    }
}
