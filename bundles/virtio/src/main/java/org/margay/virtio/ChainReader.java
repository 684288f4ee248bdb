package org.margay.virtio;

import org.jspecify.annotations.Nullable;
import org.margay.memory.FlatView;

/**
 * Follows descriptor chains (virtio 1.2, 2.7.5), in the table of the queue and in indirect ones. The driver may write anything:
 * chains that loop, that point out of a table, that nest tables or that say more bytes than there can be are refused.
 */
final class ChainReader {
    private static final int DESCRIPTOR_SIZE = 16;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;

    private final VirtioCore core;
    private final long[] addresses = new long[VirtqueueElement.MAXIMUM];
    private final int[] lengths = new int[VirtqueueElement.MAXIMUM];
    private int count;
    private int readable;
    private long bytes;

    ChainReader(VirtioCore core) {
        this.core = core;
    }

    /**
     * Reads a chain.
     *
     * @param table the queue's own
     * @param size entries of it
     * @param head where the chain begins, below size
     * @param view in which the table was found
     * @return null when the chain is refused: the device has failed
     */
    @Nullable
    VirtqueueElement read(RingArea table, int size, int head, int epoch, FlatView view) {
        count = 0;
        readable = 0;
        bytes = 0;
        String wrong = follow(table, size, head, false, view);
        if (wrong != null) {
            core.fail(wrong);
            return null;
        }
        long[] ownAddresses = new long[count];
        int[] ownLengths = new int[count];
        System.arraycopy(addresses, 0, ownAddresses, 0, count);
        System.arraycopy(lengths, 0, ownLengths, 0, count);
        return new VirtqueueElement(core.dma(), head, epoch, ownAddresses, ownLengths, readable);
    }

    /** Collects what a chain describes; gives what is wrong with it, or null. */
    private @Nullable String follow(RingArea table, int size, int first, boolean indirect, FlatView view) {
        int index = first;
        for (int steps = 0; steps < size; steps++) {
            long address = table.getLong((long) index * DESCRIPTOR_SIZE);
            long rest = table.getLong((long) index * DESCRIPTOR_SIZE + 8);
            long length = rest & 0xFFFF_FFFFL;
            int flags = (int) (rest >>> 32) & 0xFFFF;
            index = (int) (rest >>> 48);
            if ((flags & INDIRECT) != 0) {
                // The last one of a chain, if there are direct ones before (2.7.5.3.2).
                return indirect || (flags & NEXT) != 0
                        ? "indirect descriptor where none may be"
                        : followIndirect(address, length, view);
            }
            String wrong = add(address, length, (flags & WRITE) != 0);
            if (wrong != null || (flags & NEXT) == 0) {
                return wrong;
            }
            if (index >= size) {
                return "descriptor %d of %d".formatted(index, size);
            }
        }
        return "descriptors in a loop";
    }

    private @Nullable String followIndirect(long address, long length, FlatView view) {
        if (!core.has(VirtioFeature.RING_INDIRECT_DESC)) {
            return "indirect descriptors that were not agreed on";
        }
        if (length == 0 || length % DESCRIPTOR_SIZE != 0) {
            return "indirect table of %d bytes".formatted(length);
        }
        RingArea table = RingArea.find(view, address, length, 1, false);
        return table == null
                ? "indirect table of %d bytes at %#x".formatted(length, address)
                : follow(table, (int) (length / DESCRIPTOR_SIZE), 0, true, view);
    }

    private @Nullable String add(long address, long length, boolean writable) {
        if (count == VirtqueueElement.MAXIMUM) {
            return "more than %d descriptors".formatted(count);
        }
        if (!writable && readable != count) {
            return "a readable descriptor behind a writable one";
        }
        bytes += length;
        if (bytes > Integer.MAX_VALUE) {
            return "chain of %d bytes".formatted(bytes);
        }
        addresses[count] = address;
        lengths[count] = (int) length;
        count++;
        if (!writable) {
            readable++;
        }
        return null;
    }
}
