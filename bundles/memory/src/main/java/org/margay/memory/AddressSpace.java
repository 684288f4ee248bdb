package org.margay.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The guest-physical addresses, or the I/O ports, as devices and processors use them. Reads where nothing answers give all
 * ones, writes there are dropped, as on a PC's bus. Accesses that reach registers need the machine lock.
 */
public final class AddressSpace {
    /** Told after each change of the map, under the machine lock: vCPUs drop their translations. */
    @FunctionalInterface
    public interface TopologyListener {
        void changed(FlatView view);
    }

    private final String name;
    private final MemoryRegion root;
    private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();
    private volatile FlatView view;

    public AddressSpace(String name, MemoryRegion root) {
        this.name = name;
        this.root = root;
        this.view = FlatView.of(root);
        root.shownBy(this);
    }

    public String name() {
        return name;
    }

    public MemoryRegion root() {
        return root;
    }

    public FlatView view() {
        return view;
    }

    public void addListener(TopologyListener listener) {
        listeners.add(listener);
    }

    public void removeListener(TopologyListener listener) {
        listeners.remove(listener);
    }

    void rebuild() {
        FlatView next = FlatView.of(root);
        view = next;
        listeners.forEach(listener -> listener.changed(next));
    }

    /**
     * Reads little-endian.
     *
     * @param size 1, 2, 4 or 8 bytes
     * @return zero-extended value
     */
    public long read(long address, int size) {
        FlatView.Range range = view.find(address);
        if (range == null || range.end() - address < size) {
            return range == null && view.find(address + size - 1) == null ? ones(size) : readAcross(address, size);
        }
        long offset = address - range.start();
        return switch (range.region().content()) {
            case MemoryRegion.Content.Ram content -> content.ram().get(range.ramOffset() + offset, size);
            case MemoryRegion.Content.Io content -> readIo(content, range.offset() + offset, size);
            default -> throw new IllegalStateException();
        };
    }

    /**
     * Writes little-endian the low bytes of a value.
     *
     * @param size 1, 2, 4 or 8 bytes
     */
    public void write(long address, int size, long value) {
        FlatView.Range range = view.find(address);
        if (range == null || range.end() - address < size) {
            if (range != null || view.find(address + size - 1) != null) {
                writeAcross(address, size, value);
            }
            return;
        }
        long offset = address - range.start();
        switch (range.region().content()) {
            case MemoryRegion.Content.Ram content -> {
                if (!content.readOnly()) {
                    content.ram().set(range.ramOffset() + offset, size, value);
                }
            }
            case MemoryRegion.Content.Io content -> writeIo(content, range.offset() + offset, size, value & ones(size));
            default -> throw new IllegalStateException();
        }
    }

    /** Copies out of the space, over any mixture of ranges; bytes that nothing answers are FF. */
    public void read(long address, byte[] target, int from, int length) {
        int done = 0;
        while (done < length) {
            FlatView.Range range = view.find(address + done);
            GuestRam ram = range == null ? null : range.ram();
            if (range == null || ram == null) {
                target[from + done] = (byte) read(address + done, 1);
                done++;
            } else {
                int part = (int) Math.min(length - done, range.end() - address - done);
                ram.copyOut(range.ramOffset() + address + done - range.start(), target, from + done, part);
                done += part;
            }
        }
    }

    /** Copies into the space, over any mixture of ranges; what falls on ROM or nothing is dropped. */
    public void write(long address, byte[] source, int from, int length) {
        int done = 0;
        while (done < length) {
            FlatView.Range range = view.find(address + done);
            GuestRam ram = range == null || range.readOnly() ? null : range.ram();
            if (range == null || ram == null) {
                write(address + done, 1, source[from + done]);
                done++;
            } else {
                int part = (int) Math.min(length - done, range.end() - address - done);
                ram.copyIn(range.ramOffset() + address + done - range.start(), source, from + done, part);
                done += part;
            }
        }
    }

    private long readAcross(long address, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (read(address + i, 1) & 0xFF) << (8 * i);
        }
        return value;
    }

    private void writeAcross(long address, int size, long value) {
        for (int i = 0; i < size; i++) {
            write(address + i, 1, value >>> (8 * i));
        }
    }

    private static long readIo(MemoryRegion.Content.Io io, long offset, int size) {
        AccessSizes sizes = io.sizes();
        if (size > sizes.max()) {
            long value = 0;
            for (int i = 0; i < size; i += sizes.max()) {
                value |= (io.handler().read(offset + i, sizes.max()) & ones(sizes.max())) << (8 * i);
            }
            return value;
        }
        if (size < sizes.min()) {
            long aligned = offset & -sizes.min();
            return io.handler().read(aligned, sizes.min()) >>> (8 * (offset - aligned)) & ones(size);
        }
        return io.handler().read(offset, size) & ones(size);
    }

    private static void writeIo(MemoryRegion.Content.Io io, long offset, int size, long value) {
        AccessSizes sizes = io.sizes();
        if (size > sizes.max()) {
            for (int i = 0; i < size; i += sizes.max()) {
                io.handler().write(offset + i, sizes.max(), value >>> (8 * i) & ones(sizes.max()));
            }
        } else if (size < sizes.min()) {
            long aligned = offset & -sizes.min();
            io.handler().write(aligned, sizes.min(), value << (8 * (offset - aligned)) & ones(sizes.min()));
        } else {
            io.handler().write(offset, size, value);
        }
    }

    private static long ones(int size) {
        return -1L >>> (64 - 8 * size);
    }
}
