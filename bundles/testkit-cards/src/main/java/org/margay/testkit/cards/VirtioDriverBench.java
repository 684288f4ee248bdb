package org.margay.testkit.cards;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.memory.GuestRam;
import org.margay.pci.PciBar;
import org.margay.pci.PciFunction;
import org.margay.testkit.DeviceBench;

/**
 * A guest's driver of a virtio device, for tests: it negotiates by the legacy or the modern interface, puts queues into the
 * bench's RAM and works their rings (virtio 1.2, chapters 2, 3 and 4.1), by the rules or, with {@link Queue}'s raw access, against
 * them.
 */
public final class VirtioDriverBench {
    public static final long INDIRECT = 1L << 28;
    public static final long EVENT_INDEX = 1L << 29;
    public static final long VERSION_1 = 1L << 32;

    public static final int ACKNOWLEDGE = 1;
    public static final int DRIVER = 2;
    public static final int DRIVER_OK = 4;
    public static final int FEATURES_OK = 8;
    public static final int NEEDS_RESET = 64;

    public static final int NEXT = 1;
    public static final int WRITE = 2;
    public static final int INDIRECT_TABLE = 4;

    private static final int PAGE = 4096;
    private static final int MODERN_BAR = 4;
    /** Rings and buffers are placed from here on. */
    private static final int FIRST_ADDRESS = 0x10000;

    private final DeviceBench bench;
    private final GuestRam ram;
    private final PciFunction pci;
    private final boolean modern;
    private final long base;
    private long features;
    private int next = FIRST_ADDRESS;
    private int firstBuffer = FIRST_ADDRESS;

    private VirtioDriverBench(CardBench cards, PciFunction pci, boolean modern) {
        this.bench = cards.bench();
        this.ram = cards.ram();
        this.pci = pci;
        this.modern = modern;
        this.base = CardBench.address(bar(modern ? MODERN_BAR : 0));
    }

    /** Drives a mapped device by its I/O ports. */
    public static VirtioDriverBench legacy(CardBench cards, PciFunction pci) {
        return new VirtioDriverBench(cards, pci, false);
    }

    /** Drives a mapped device by virtio 1's registers, which are taken to be in QEMU's order in BAR 4. */
    public static VirtioDriverBench modern(CardBench cards, PciFunction pci) {
        return new VirtioDriverBench(cards, pci, true);
    }

    private PciBar bar(int index) {
        return pci.bars().stream()
                .filter(bar -> bar.index() == index)
                .findFirst()
                .orElseThrow();
    }

    /** A register of the interface that is used. */
    public long read(int offset, int size) {
        return modern ? bench.readMemory(base + offset, size) : bench.in((int) base + offset, size);
    }

    public void write(int offset, int size, long value) {
        if (modern) {
            bench.writeMemory(base + offset, size, value);
        } else {
            bench.out((int) base + offset, size, value);
        }
    }

    // Negotiation.

    /** All that the device offers to this kind of driver. */
    public long offered() {
        if (!modern) {
            return read(0, 4);
        }
        write(0, 4, 1);
        long high = read(4, 4);
        write(0, 4, 0);
        return high << 32 | read(4, 4);
    }

    /** The features in use. */
    public long features() {
        return features;
    }

    /**
     * Resets the device and agrees on features: those of the wanted ones that it offers, and {@link #VERSION_1} when modern.
     *
     * @return what was agreed on
     */
    public long negotiate(long wanted) {
        setStatus(0);
        next = FIRST_ADDRESS;
        firstBuffer = FIRST_ADDRESS;
        setStatus(ACKNOWLEDGE);
        setStatus(ACKNOWLEDGE | DRIVER);
        features = offered() & (modern ? wanted | VERSION_1 : wanted);
        if (modern) {
            write(8, 4, 0);
            write(12, 4, features & 0xFFFF_FFFFL);
            write(8, 4, 1);
            write(12, 4, features >>> 32);
            setStatus(ACKNOWLEDGE | DRIVER | FEATURES_OK);
        } else {
            write(4, 4, features);
        }
        return features;
    }

    /** Says that the driver is ready. */
    public void ready() {
        setStatus(status() | DRIVER_OK);
    }

    public int status() {
        return (int) read(modern ? 20 : 18, 1);
    }

    public void setStatus(int status) {
        write(modern ? 20 : 18, 1, status);
    }

    /** Reads and clears the interrupt status. */
    public int takeIsr() {
        return (int) read(modern ? 0x1000 : 19, 1);
    }

    /** The device's own configuration, while MSI-X is off. */
    public long config(int offset, int size) {
        return read((modern ? 0x2000 : 20) + offset, size);
    }

    public void setConfig(int offset, int size, long value) {
        write((modern ? 0x2000 : 20) + offset, size, value);
    }

    /** RAM for something, from 16 bytes alignment on; wraps around when there is no more, behind all rings. */
    public int allocate(int length) {
        int at = next + 15 & -16;
        if (at + length > CardBench.RAM_SIZE) {
            at = firstBuffer;
        }
        next = at + length;
        return at;
    }

    /** Sets a queue up, with as many entries as there are. */
    public Queue queue(int index) {
        return new Queue(index);
    }

    /**
     * A chain that the device gave back.
     *
     * @param head index of its first descriptor
     * @param length bytes that the device says it wrote
     * @param written the writable part, as far as it was written
     */
    public record Used(int head, int length, byte[] written) {}

    /** One queue. */
    public final class Queue {
        private final int index;
        private final int size;
        private final int descriptors;
        private final int available;
        private final int used;
        private final List<Integer> free = new ArrayList<>();
        private final Map<Integer, Chain> inUse = new HashMap<>();
        private int availableIndex;
        private int usedIndex;

        private Queue(int index) {
            this.index = index;
            write(modern ? 22 : 14, 2, index);
            size = (int) read(modern ? 24 : 12, 2);
            descriptors = allocate(16 * size + PAGE) + PAGE - 1 & -PAGE;
            available = descriptors + 16 * size;
            used = available + 6 + 2 * size + PAGE - 1 & -PAGE;
            next = used + 6 + 8 * size;
            firstBuffer = next + 15 & -16;
            for (int at = descriptors; at < next; at += 4) {
                ram.set(at, 4, 0);
            }
            for (int i = 0; i < size; i++) {
                free.add(i);
            }
            if (modern) {
                write(32, 4, descriptors);
                write(40, 4, available);
                write(48, 4, used);
                write(28, 2, 1);
            } else {
                write(8, 4, descriptors / PAGE);
            }
        }

        public int size() {
            return size;
        }

        /** Chooses the vector of its interrupts, and gives the one that the device took. */
        public int vector(int chosen) {
            write(modern ? 22 : 14, 2, index);
            write(modern ? 26 : 22, 2, chosen);
            return (int) read(modern ? 26 : 22, 2);
        }

        /** Begins a chain. */
        public Chain chain() {
            return new Chain(this);
        }

        /** Makes one readable buffer available. */
        public int send(byte[] content) {
            return chain().readable(content).add();
        }

        /** Makes one writable buffer available. */
        public int offer(int length) {
            return chain().writable(length).add();
        }

        /** Notifies the device. */
        public void kick() {
            write(modern ? 0x3000 + 4 * index : 16, 2, index);
        }

        /** Whether the device wants to be told of what was made available since an index. */
        public boolean wantsKick(int since) {
            if ((features & EVENT_INDEX) == 0) {
                return (ram.getShort(used) & 1) == 0;
            }
            int event = ram.getShort(used + 4 + 8L * size);
            return (availableIndex - event - 1 & 0xFFFF) < (availableIndex - since & 0xFFFF);
        }

        public int availableIndex() {
            return availableIndex;
        }

        /** Says whether interrupts are wanted, where there is no event index. */
        public void interrupts(boolean wanted) {
            ram.set(available, 2, wanted ? 0 : 1);
        }

        /** The used index from which on an interrupt is wanted. */
        public void interruptFrom(int event) {
            ram.set(available + 4 + 2L * size, 2, event);
        }

        /** The next chain that the device gave back, or null. */
        public @Nullable Used take() {
            if (ram.getShort(used + 2) == usedIndex) {
                return null;
            }
            long slot = used + 4 + 8L * (usedIndex & size - 1);
            int head = ram.getInt(slot);
            int length = ram.getInt(slot + 4);
            usedIndex = usedIndex + 1 & 0xFFFF;
            Chain chain = inUse.remove(head);
            if (chain == null) {
                throw new AssertionError("chain %d was not available".formatted(head));
            }
            free.addAll(chain.indexes);
            return new Used(head, length, chain.written(length));
        }

        /** All chains that the device gave back. */
        public List<Used> takeAll() {
            List<Used> all = new ArrayList<>();
            for (Used one = take(); one != null; one = take()) {
                all.add(one);
            }
            return all;
        }

        /** Writes a descriptor of the table. */
        public void descriptor(int at, long address, long length, int flags, int following) {
            descriptor(descriptors, at, address, length, flags, following);
        }

        private void descriptor(int table, int at, long address, long length, int flags, int following) {
            ram.set(table + 16L * at, 8, address);
            ram.set(table + 16L * at + 8, 4, length);
            ram.set(table + 16L * at + 12, 2, flags);
            ram.set(table + 16L * at + 14, 2, following);
        }

        /** Makes a chain available, whatever it is. */
        public void available(int head) {
            ram.set(available + 4 + 2L * (availableIndex & size - 1), 2, head);
            setAvailableIndex(availableIndex + 1 & 0xFFFF);
        }

        /** Sets the index of the ring of available chains, whatever is there. */
        public void setAvailableIndex(int value) {
            availableIndex = value;
            ram.set(available + 2, 2, value);
        }

        public int descriptorTable() {
            return descriptors;
        }

        public int availableRing() {
            return available;
        }

        public int usedRing() {
            return used;
        }
    }

    /** A chain in the making: readable parts first. */
    public final class Chain {
        private record Part(int address, int length, boolean write) {}

        private final Queue queue;
        private final List<Part> parts = new ArrayList<>();
        private final List<Integer> indexes = new ArrayList<>();
        private boolean indirect;

        private Chain(Queue queue) {
            this.queue = queue;
        }

        public Chain readable(byte[] content) {
            int at = allocate(content.length);
            ram.copyIn(at, content, 0, content.length);
            parts.add(new Part(at, content.length, false));
            return this;
        }

        public Chain writable(int length) {
            parts.add(new Part(allocate(length), length, true));
            return this;
        }

        /** Puts its descriptors into a table of their own. */
        public Chain indirect() {
            indirect = true;
            return this;
        }

        /** Makes it available; gives its head. */
        public int add() {
            int count = indirect ? 1 : parts.size();
            for (int i = 0; i < count; i++) {
                indexes.add(queue.free.removeFirst());
            }
            if (indirect) {
                int table = allocate(16 * parts.size());
                for (int i = 0; i < parts.size(); i++) {
                    describe(table, i, parts.get(i), i + 1, i + 1 < parts.size());
                }
                queue.descriptor(indexes.getFirst(), table, 16L * parts.size(), INDIRECT_TABLE, 0);
            } else {
                for (int i = 0; i < count; i++) {
                    boolean more = i + 1 < count;
                    describe(queue.descriptors, indexes.get(i), parts.get(i), more ? indexes.get(i + 1) : 0, more);
                }
            }
            queue.inUse.put(indexes.getFirst(), this);
            queue.available(indexes.getFirst());
            return indexes.getFirst();
        }

        private void describe(int table, int at, Part part, int following, boolean more) {
            int flags = (more ? NEXT : 0) | (part.write ? WRITE : 0);
            queue.descriptor(table, at, part.address, part.length, flags, more ? following : 0);
        }

        private byte[] written(int length) {
            int room = parts.stream().filter(Part::write).mapToInt(Part::length).sum();
            byte[] content = new byte[Math.clamp(length, 0, room)];
            int done = 0;
            for (Part part : parts) {
                if (part.write) {
                    int count = Math.min(part.length, content.length - done);
                    ram.copyOut(part.address, content, done, count);
                    done += count;
                }
            }
            return content;
        }
    }
}
