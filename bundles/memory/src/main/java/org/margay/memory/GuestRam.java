package org.margay.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.margay.memory.internal.HostMemory;

/**
 * One block of memory that a guest can use: off-heap, reserved once, zero-filled, committed by the host page by page as the
 * guest touches it. May be accessed from any thread; accesses of up to 8 bytes that are aligned are atomic.
 *
 * <p>Writers other than the vCPUs' own fast path call {@link #noteWrite} (the methods here and {@link AddressSpace} do), so
 * that cached code of the page is thrown away.
 */
public final class GuestRam implements AutoCloseable {
    /** Bytes in a page of {@link #watch(long)}. */
    public static final int PAGE_SIZE = 4096;

    /** Watch bits, one for each vCPU: it holds decoded or translated code of this page. */
    public static final int WATCH_CODE = 0xFF;

    private static final VarHandle WATCH = MethodHandles.arrayElementVarHandle(int[].class);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Told of writes to watched pages, by the writing thread, after the write. */
    @FunctionalInterface
    public interface WatchListener {
        void written(GuestRam ram, long offset, long length);
    }

    private final String name;
    private final HostMemory host;
    private final MemorySegment segment;
    private final int[] watch;
    private final List<WatchListener> listeners = new CopyOnWriteArrayList<>();

    private GuestRam(String name, HostMemory host) {
        this.name = name;
        this.host = host;
        this.segment = host.segment();
        this.watch = new int[Math.toIntExact((segment.byteSize() + PAGE_SIZE - 1) / PAGE_SIZE)];
    }

    /**
     * Reserves memory.
     *
     * @param name for people, such as "pc.ram"
     * @param size bytes, a multiple of {@link #PAGE_SIZE}
     * @throws OutOfMemoryError when the host refuses
     */
    public static GuestRam allocate(String name, long size) {
        if (size <= 0 || size % PAGE_SIZE != 0) {
            throw new IllegalArgumentException("size of guest memory: " + size);
        }
        return new GuestRam(name, HostMemory.reserve(size));
    }

    public String name() {
        return name;
    }

    public long size() {
        return segment.byteSize();
    }

    /** The whole block; offsets are bytes from its start. */
    public MemorySegment segment() {
        return segment;
    }

    /** The host's address of the first byte, page-aligned. */
    public long hostAddress() {
        return segment.address();
    }

    public int getByte(long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
    }

    public int getShort(long offset) {
        return segment.get(SHORT, offset) & 0xFFFF;
    }

    public int getInt(long offset) {
        return segment.get(INT, offset);
    }

    public long getLong(long offset) {
        return segment.get(LONG, offset);
    }

    /** Reads little-endian, zero-extended. */
    public long get(long offset, int size) {
        return switch (size) {
            case 1 -> getByte(offset);
            case 2 -> getShort(offset);
            case 4 -> getInt(offset) & 0xFFFF_FFFFL;
            case 8 -> getLong(offset);
            default -> throw new IllegalArgumentException("access size " + size);
        };
    }

    /** Writes little-endian the low bytes of a value. */
    public void set(long offset, int size, long value) {
        switch (size) {
            case 1 -> segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
            case 2 -> segment.set(SHORT, offset, (short) value);
            case 4 -> segment.set(INT, offset, (int) value);
            case 8 -> segment.set(LONG, offset, value);
            default -> throw new IllegalArgumentException("access size " + size);
        }
        noteWrite(offset, size);
    }

    public void copyIn(long offset, byte[] source, int from, int length) {
        MemorySegment.copy(source, from, segment, ValueLayout.JAVA_BYTE, offset, length);
        noteWrite(offset, length);
    }

    public void copyOut(long offset, byte[] target, int from, int length) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, from, length);
    }

    /** Watch bits of the page that holds an offset. */
    public int watch(long offset) {
        return watch[(int) (offset / PAGE_SIZE)];
    }

    /**
     * Sets or clears watch bits of the page that holds an offset. Any thread.
     *
     * @return the page's bits before
     */
    public int watch(long offset, int bits, boolean on) {
        int page = (int) (offset / PAGE_SIZE);
        return on ? (int) WATCH.getAndBitwiseOr(watch, page, bits) : (int) WATCH.getAndBitwiseAnd(watch, page, ~bits);
    }

    /** The bit of {@link #WATCH_CODE} that is a vCPU's. */
    public static int watchCode(int vcpu) {
        return 1 << vcpu;
    }

    public void addListener(WatchListener listener) {
        listeners.add(listener);
    }

    public void removeListener(WatchListener listener) {
        listeners.remove(listener);
    }

    /** Says that bytes were written past this class, through {@link #segment()} for example. */
    public void noteWrite(long offset, long length) {
        if (length <= 0) {
            return;
        }
        int last = (int) ((offset + length - 1) / PAGE_SIZE);
        for (int page = (int) (offset / PAGE_SIZE); page <= last; page++) {
            if (watch[page] != 0) {
                listeners.forEach(listener -> listener.written(this, offset, length));
                return;
            }
        }
    }

    /**
     * Gives the whole pages of the host in a range back to it: they read as zero from now on, and cost nothing until they are touched
     * again. Parts of such pages at the ends of the range stay as they are.
     */
    public void discard(long offset, long length) {
        host.discard(offset, length);
        noteWrite(offset, length);
    }

    /** Gives the memory back. No vCPU and no device may use it any more. */
    @Override
    public void close() {
        host.close();
    }
}
