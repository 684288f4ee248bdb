package org.margay.pci;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * Guest memory as a bus master reaches it. While the guest has not made the device one, and where there is no RAM, reads give FF and
 * writes are dropped: a guest that points a device at registers, its own ones even, gains nothing by it. Under the machine lock.
 */
public final class PciDma {
    /** A piece of RAM that lies in one block. */
    public record Span(GuestRam ram, long offset, int length) {}

    private final PciFunction function;

    PciDma(PciFunction function) {
        this.function = function;
    }

    private @Nullable AddressSpace space() {
        PciBus bus = function.bus();
        return bus == null || !function.busMaster() ? null : bus.dma();
    }

    /**
     * How guest memory is laid out now, or null while the guest has not made the device a bus master. What was found in it
     * holds as long as this gives the same one: for devices that look at the same places again and again.
     */
    public @Nullable FlatView view() {
        AddressSpace space = space();
        return space == null ? null : space.view();
    }

    /** Reads bytes. */
    public void read(long address, byte[] target, int from, int length) {
        int done = 0;
        while (done < length) {
            int part;
            Span span = span(address + done, length - done, false);
            if (span == null) {
                part = gap(address + done, length - done);
                Arrays.fill(target, from + done, from + done + part, (byte) 0xFF);
            } else {
                part = span.length;
                span.ram.copyOut(span.offset, target, from + done, part);
            }
            done += part;
        }
    }

    public byte[] read(long address, int length) {
        byte[] bytes = new byte[length];
        read(address, bytes, 0, length);
        return bytes;
    }

    /** Writes bytes. */
    public void write(long address, byte[] source, int from, int length) {
        int done = 0;
        while (done < length) {
            Span span = span(address + done, length - done, true);
            if (span == null) {
                done += gap(address + done, length - done);
            } else {
                span.ram.copyIn(span.offset, source, from + done, span.length);
                done += span.length;
            }
        }
    }

    /** Reads 16 bits, little-endian. */
    public int readWord(long address) {
        return (int) number(address, 2);
    }

    /** Reads 32 bits, little-endian. */
    public int readInt(long address) {
        return (int) number(address, 4);
    }

    /** Reads 64 bits, little-endian. */
    public long readLong(long address) {
        return number(address, 8);
    }

    public void writeByte(long address, int value) {
        number(address, 1, value);
    }

    /** Writes 16 bits, little-endian. */
    public void writeWord(long address, int value) {
        number(address, 2, value);
    }

    /** Writes 32 bits, little-endian. */
    public void writeInt(long address, int value) {
        number(address, 4, value);
    }

    /** Writes 64 bits, little-endian. */
    public void writeLong(long address, long value) {
        number(address, 8, value);
    }

    private long number(long address, int size) {
        Span span = span(address, size, false);
        if (span != null && span.length == size) {
            return span.ram.get(span.offset, size);
        }
        byte[] bytes = read(address, size);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }

    private void number(long address, int size, long value) {
        Span span = span(address, size, true);
        if (span != null && span.length == size) {
            span.ram.set(span.offset, size, value);
            return;
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        write(address, bytes, 0, size);
    }

    /**
     * RAM from an address on, for devices that move much; at most the given length, less where the block ends. Writers call
     * {@link GuestRam#noteWrite}.
     *
     * @return null where there is no RAM, or none that may be written
     */
    public @Nullable Span span(long address, int length, boolean write) {
        AddressSpace space = space();
        FlatView.Range range = space == null ? null : space.view().find(address);
        GuestRam ram = range == null ? null : range.ram();
        if (range == null || ram == null || length <= 0 || write && range.readOnly()) {
            return null;
        }
        long offset = address - range.start();
        return new Span(ram, range.ramOffset() + offset, (int) Math.min(length, range.size() - offset));
    }

    /**
     * Memory for the host to read or write on its own, piece after piece; where there is no RAM it reads as FF and what is written is
     * lost.
     *
     * @param addresses of the pieces
     * @param lengths of these, in bytes; their sum is no more than an int can hold
     * @param from index of the first piece
     * @param to index behind the last one
     * @param write whether the host writes: read-only memory is none then
     */
    public DmaMapping map(long[] addresses, int[] lengths, int from, int to, boolean write) {
        DmaMapping mapping = new DmaMapping();
        for (int i = from; i < to; i++) {
            map(addresses[i], lengths[i], write, mapping);
        }
        return mapping;
    }

    private void map(long address, int length, boolean write, DmaMapping mapping) {
        int done = 0;
        while (done < length) {
            Span span = span(address + done, length - done, write);
            if (span == null) {
                int part = gap(address + done, length - done);
                mapping.addGap(part);
                done += part;
            } else {
                mapping.add(span);
                done += span.length;
            }
        }
    }

    /** How far there is no RAM from an address on: to the end of the page, as no block begins within one. */
    private static int gap(long address, int length) {
        return (int) Math.min(length, GuestRam.PAGE_SIZE - (address & GuestRam.PAGE_SIZE - 1));
    }
}
