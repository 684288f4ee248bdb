package org.margay.virtio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.pci.DmaMapping;
import org.margay.pci.PciDma;

/**
 * A descriptor chain that the device took from a {@link Virtqueue} (virtio 1.2, 2.7.4): memory that it may read, and memory that
 * it may write. Positions count from the first byte of either part; what lies behind its end is left out, so that no length that
 * a guest chooses does harm. Where a descriptor points to no RAM, reads give FF and writes are dropped. Under the machine lock.
 */
public final class VirtqueueElement {
    /** Descriptors in a chain at most. */
    static final int MAXIMUM = 1024;

    /**
     * An element that a device holds while its state is saved.
     *
     * @param head index of its first descriptor
     * @param addresses of its pieces of memory, readable ones first
     * @param lengths of these, in bytes
     * @param readableSegments how many may be read
     */
    public record State(int head, long[] addresses, int[] lengths, int readableSegments) {
        public State {
            if (addresses == null
                    || lengths == null
                    || addresses.length > MAXIMUM
                    || addresses.length != lengths.length
                    || readableSegments < 0
                    || readableSegments > lengths.length
                    || Arrays.stream(lengths).anyMatch(length -> length < 0)
                    || Arrays.stream(lengths).asLongStream().sum() > Integer.MAX_VALUE
                    || head < 0
                    || head >= Virtqueue.MAXIMUM_SIZE) {
                throw new IllegalArgumentException("virtqueue element out of range");
            }
            addresses = addresses.clone();
            lengths = lengths.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state
                    && head == state.head
                    && readableSegments == state.readableSegments
                    && Arrays.equals(addresses, state.addresses)
                    && Arrays.equals(lengths, state.lengths);
        }

        @Override
        public int hashCode() {
            return 31 * head + Arrays.hashCode(addresses);
        }
    }

    private final PciDma dma;
    private final int head;
    private final int epoch;
    private final long[] addresses;
    private final int[] lengths;
    private final int readableSegments;
    private final int readable;
    private final int writable;

    /**
     * @param epoch of the queue: counted up by each reset
     * @param lengths their sum is no more than an int can hold
     */
    VirtqueueElement(PciDma dma, int head, int epoch, long[] addresses, int[] lengths, int readableSegments) {
        this.dma = dma;
        this.head = head;
        this.epoch = epoch;
        this.addresses = addresses;
        this.lengths = lengths;
        this.readableSegments = readableSegments;
        this.readable = sum(0, readableSegments);
        this.writable = sum(readableSegments, lengths.length);
    }

    private int sum(int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    int head() {
        return head;
    }

    int epoch() {
        return epoch;
    }

    /** Bytes that the device may read. */
    public int readable() {
        return readable;
    }

    /** Bytes that the device may write. */
    public int writable() {
        return writable;
    }

    /** Pieces of memory: readable ones first. */
    public int segments() {
        return lengths.length;
    }

    /** How many of the segments may be read; the others may be written. */
    public int readableSegments() {
        return readableSegments;
    }

    /** Where a segment is in guest memory. */
    public long address(int segment) {
        return addresses[segment];
    }

    /** Bytes of a segment. */
    public int length(int segment) {
        return lengths[segment];
    }

    /**
     * Copies out of the readable part.
     *
     * @param at position in it
     * @return bytes copied: fewer than asked for when the part ends before
     */
    public int read(int at, byte[] target, int from, int length) {
        int skip = at;
        int done = 0;
        for (int i = 0; i < readableSegments && done < length; i++) {
            if (skip >= lengths[i]) {
                skip -= lengths[i];
            } else {
                int part = Math.min(lengths[i] - skip, length - done);
                dma.read(addresses[i] + skip, target, from + done, part);
                skip = 0;
                done += part;
            }
        }
        return done;
    }

    /** A little-endian number of 1, 2, 4 or 8 bytes of the readable part; bytes behind its end are 0. */
    public long readNumber(int at, int size) {
        byte[] bytes = new byte[size];
        read(at, bytes, 0, size);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }

    /**
     * Copies into the writable part.
     *
     * @param at position in it
     * @return bytes copied: fewer than given when the part ends before
     */
    public int write(int at, byte[] source, int from, int length) {
        int skip = at;
        int done = 0;
        for (int i = readableSegments; i < lengths.length && done < length; i++) {
            if (skip >= lengths[i]) {
                skip -= lengths[i];
            } else {
                int part = Math.min(lengths[i] - skip, length - done);
                dma.write(addresses[i] + skip, source, from + done, part);
                skip = 0;
                done += part;
            }
        }
        return done;
    }

    /**
     * Memory of the readable part for the host to read on its own, as when it writes a file.
     *
     * @param at position in it
     * @param length bytes; what lies behind the end of the part is left out
     */
    public DmaMapping mapReadable(int at, int length) {
        return map(0, readableSegments, at, length, false);
    }

    /**
     * Memory of the writable part for the host to write on its own; {@link DmaMapping#written} says that it did.
     *
     * @param at position in it
     * @param length bytes; what lies behind the end of the part is left out
     */
    public DmaMapping mapWritable(int at, int length) {
        return map(readableSegments, lengths.length, at, length, true);
    }

    private DmaMapping map(int from, int to, int at, int length, boolean write) {
        long[] starts = new long[to - from];
        int[] sizes = new int[to - from];
        int count = 0;
        int skip = at;
        int left = length;
        for (int i = from; i < to && left > 0; i++) {
            if (skip >= lengths[i]) {
                skip -= lengths[i];
                continue;
            }
            int part = Math.min(lengths[i] - skip, left);
            // Pages that lie one behind the other are one piece for the host.
            if (count > 0 && starts[count - 1] + sizes[count - 1] == addresses[i] + skip) {
                sizes[count - 1] += part;
            } else {
                starts[count] = addresses[i] + skip;
                sizes[count++] = part;
            }
            skip = 0;
            left -= part;
        }
        return dma.map(starts, sizes, 0, count, write);
    }

    /** For devices that hold it while they are saved; {@link Virtqueue#restore} makes it again. */
    public State save() {
        return new State(head, addresses, lengths, readableSegments);
    }
}
