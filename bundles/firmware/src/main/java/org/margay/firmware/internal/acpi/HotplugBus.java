package org.margay.firmware.internal.acpi;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A PCI bus whose cards come and go by ACPI hot-plug.
 *
 * @param number by which the registers select it
 * @param slots that cards may come to, 0 to 31
 * @param bridges buses behind bridges on it, by the bridge's slot and function in one byte
 */
public record HotplugBus(int number, SortedSet<Integer> slots, Map<Integer, HotplugBus> bridges) {
    public HotplugBus {
        slots = Collections.unmodifiableSortedSet(new TreeSet<>(slots));
        bridges = Collections.unmodifiableSortedMap(new TreeMap<>(bridges));
    }
}
