package org.margay.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an address space looks like from the processor, flattened: ordered ranges that do not overlap. Immutable. */
public final class FlatView {
    /**
     * One range of addresses that one region answers.
     *
     * @param start first address
     * @param size bytes
     * @param region the RAM, ROM or register region that answers
     * @param offset of the range's first byte in that region
     */
    public record Range(long start, long size, MemoryRegion region, long offset) {
        /** First address behind the range. */
        public long end() {
            return start + size;
        }

        /** The memory block, or null when registers answer. */
        public @Nullable GuestRam ram() {
            return region.content() instanceof MemoryRegion.Content.Ram content ? content.ram() : null;
        }

        /** Offset in {@link #ram()} of the range's first byte; 0 for registers. */
        public long ramOffset() {
            return region.content() instanceof MemoryRegion.Content.Ram content ? content.offset() + offset : 0;
        }

        public boolean readOnly() {
            return region.content() instanceof MemoryRegion.Content.Ram content && content.readOnly();
        }
    }

    private final List<Range> ranges;
    private final long[] starts;

    private FlatView(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
        this.starts = this.ranges.stream().mapToLong(Range::start).toArray();
    }

    static FlatView of(MemoryRegion root) {
        List<Range> ranges = new ArrayList<>();
        render(ranges, root, 0, 0, root.size());
        ranges.sort(Comparator.comparingLong(Range::start));
        return new FlatView(ranges);
    }

    /** All ranges, in address order. */
    public List<Range> ranges() {
        return ranges;
    }

    /** The range that holds an address, or null when nothing answers there. */
    public @Nullable Range find(long address) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= address) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high >= 0 && address < ranges.get(high).end() ? ranges.get(high) : null;
    }

    /**
     * Adds what a region shows in a window of addresses.
     *
     * @param base address at which the region's offset 0 would lie; may be negative for aliases
     */
    private static void render(List<Range> ranges, MemoryRegion region, long base, long from, long to) {
        long start = Math.max(from, base);
        long end = Math.min(to, base + region.size());
        if (!region.enabled() || start >= end) {
            return;
        }
        switch (region.content()) {
            case MemoryRegion.Content.Container() -> {
                for (MemoryRegion.Placement child : region.children()) {
                    render(ranges, child.region(), base + child.offset(), start, end);
                }
            }
            case MemoryRegion.Content.Alias alias -> render(ranges, alias.target(), base - alias.offset(), start, end);
            case MemoryRegion.Content.Ram _, MemoryRegion.Content.Io _ -> fillGaps(ranges, region, base, start, end);
        }
    }

    /** Adds the parts of a window that no range covers yet: what was rendered earlier wins. */
    private static void fillGaps(List<Range> ranges, MemoryRegion region, long base, long start, long end) {
        List<Range> covering = ranges.stream()
                .filter(range -> range.start() < end && range.end() > start)
                .sorted(Comparator.comparingLong(Range::start))
                .toList();
        long position = start;
        for (Range range : covering) {
            if (position < range.start()) {
                ranges.add(new Range(position, range.start() - position, region, position - base));
            }
            position = Math.max(position, range.end());
        }
        if (position < end) {
            ranges.add(new Range(position, end - position, region, position - base));
        }
    }
}
