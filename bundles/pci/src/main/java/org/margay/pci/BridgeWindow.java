package org.margay.pci;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.memory.MemoryRegion;

/** What a bridge lets through of one address space: ranges of the primary side in which the secondary side shows. */
final class BridgeWindow {
    /** Addresses, the last included. */
    record Range(long first, long last) {
        long size() {
            return last - first + 1;
        }

        /** The part within another range, or null. */
        @Nullable
        Range within(long from, long to) {
            long start = Math.max(first, from);
            long end = Math.min(last, to);
            return start <= end ? new Range(start, end) : null;
        }
    }

    private final String name;
    private final MemoryRegion secondary;
    private List<Range> ranges = List.of();
    private List<MemoryRegion> parts = List.of();
    private @Nullable MemoryRegion whole;
    private @Nullable MemoryRegion primary;

    /** @param secondary the space behind the bridge, with the addresses of the space before it */
    BridgeWindow(String name, MemoryRegion secondary) {
        this.name = name;
        this.secondary = secondary;
    }

    /** Shows ranges in the space before the bridge, and no longer those of before. */
    void show(MemoryRegion space, List<Range> wanted) {
        if (wanted.equals(ranges)) {
            return;
        }
        hide();
        if (!wanted.isEmpty()) {
            // Put together before it is shown: each change of what is shown costs a new map of all addresses.
            MemoryRegion made = MemoryRegion.container(name, space.size());
            parts = wanted.stream().map(range -> part(made, range)).toList();
            ranges = List.copyOf(wanted);
            whole = made;
            primary = space;
            space.add(made, 0, 1);
        }
    }

    private MemoryRegion part(MemoryRegion into, Range range) {
        MemoryRegion part = MemoryRegion.container(name, range.size());
        part.add(secondary, -range.first());
        into.add(part, range.first());
        return part;
    }

    void hide() {
        if (primary != null && whole != null) {
            primary.remove(whole);
        }
        parts.forEach(part -> part.remove(secondary));
        parts = List.of();
        ranges = List.of();
        whole = null;
        primary = null;
    }
}
