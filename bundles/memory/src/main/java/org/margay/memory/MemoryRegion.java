package org.margay.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named piece of an address space, in a tree: RAM, ROM, registers, a container of others, or an alias that shows part of
 * another region. What overlaps is decided by priority, higher first; among equals the one added last wins. Changed only
 * under the machine lock; each change rebuilds the {@link FlatView} of every address space that shows the region.
 */
public final class MemoryRegion {
    /** What a region is made of. */
    sealed interface Content {
        record Container() implements Content {}

        record Ram(GuestRam ram, long offset, boolean readOnly) implements Content {}

        record Io(IoHandler handler, AccessSizes sizes) implements Content {}

        record Alias(MemoryRegion target, long offset) implements Content {}
    }

    /** A child at its place. */
    record Placement(MemoryRegion region, long offset, int priority) {}

    private final String name;
    private final long size;
    private final Content content;
    private final List<Placement> children = new ArrayList<>();
    /** Containers and aliases that show this region, for telling upward what changed. */
    private final List<MemoryRegion> holders = new ArrayList<>();

    private final List<AddressSpace> spaces = new ArrayList<>();
    private boolean enabled = true;

    private MemoryRegion(String name, long size, Content content) {
        if (size <= 0) {
            throw new IllegalArgumentException("size of region %s: %d".formatted(name, size));
        }
        this.name = name;
        this.size = size;
        this.content = content;
    }

    public static MemoryRegion container(String name, long size) {
        return new MemoryRegion(name, size, new Content.Container());
    }

    /** All of a memory block. */
    public static MemoryRegion ram(GuestRam ram) {
        return ram(ram.name(), ram, 0, ram.size());
    }

    /** Part of a memory block. */
    public static MemoryRegion ram(String name, GuestRam ram, long offset, long size) {
        return new MemoryRegion(name, size, new Content.Ram(ram, offset, false));
    }

    /** Part of a memory block that the guest can read and execute; its writes are dropped. */
    public static MemoryRegion rom(String name, GuestRam ram, long offset, long size) {
        return new MemoryRegion(name, size, new Content.Ram(ram, offset, true));
    }

    public static MemoryRegion io(String name, long size, AccessSizes sizes, IoHandler handler) {
        return new MemoryRegion(name, size, new Content.Io(handler, sizes));
    }

    public static MemoryRegion alias(String name, MemoryRegion target, long offset, long size) {
        MemoryRegion alias = new MemoryRegion(name, size, new Content.Alias(target, offset));
        target.holders.add(alias);
        return alias;
    }

    public String name() {
        return name;
    }

    /** Bytes (or ports) covered. */
    public long size() {
        return size;
    }

    Content content() {
        return content;
    }

    boolean enabled() {
        return enabled;
    }

    /** Children in the order in which they win: highest priority first, then the last added. */
    List<Placement> children() {
        return children;
    }

    /** Shows a region inside this container, with priority 0. */
    public void add(MemoryRegion child, long offset) {
        add(child, offset, 0);
    }

    /**
     * Shows a region inside this container.
     *
     * @param offset bytes from the container's start
     * @param priority higher hides lower
     */
    public void add(MemoryRegion child, long offset, int priority) {
        if (!(content instanceof Content.Container)) {
            throw new IllegalStateException(name + " is no container");
        }
        children.addFirst(new Placement(child, offset, priority));
        children.sort(Comparator.comparingInt(Placement::priority).reversed());
        child.holders.add(this);
        changed();
    }

    /** Takes a child out again; nothing happens when it is not there. */
    public void remove(MemoryRegion child) {
        if (children.removeIf(placement -> placement.region == child)) {
            child.holders.remove(this);
            changed();
        }
    }

    /** The child's offset, or null when it is not in this container. */
    public @Nullable Long offsetOf(MemoryRegion child) {
        return children.stream()
                .filter(placement -> placement.region == child)
                .map(Placement::offset)
                .findFirst()
                .orElse(null);
    }

    /** A disabled region shows what lies behind it. */
    public void setEnabled(boolean enabled) {
        if (this.enabled != enabled) {
            this.enabled = enabled;
            changed();
        }
    }

    void shownBy(AddressSpace space) {
        spaces.add(space);
    }

    void hiddenFrom(AddressSpace space) {
        spaces.remove(space);
    }

    private void changed() {
        Set<AddressSpace> affected = new HashSet<>();
        collectSpaces(affected);
        affected.forEach(AddressSpace::rebuild);
    }

    private void collectSpaces(Set<AddressSpace> affected) {
        affected.addAll(spaces);
        holders.forEach(holder -> holder.collectSpaces(affected));
    }

    @Override
    public String toString() {
        return "%s[%#x]".formatted(name, size);
    }
}
