package org.margay.virtio;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * A piece of guest RAM that driver and device share, found once and used as long as memory is laid out the same. vCPUs write it
 * without a lock: indexes are read with acquire and written with release, so that what they publish is seen with them.
 */
final class RingArea {
    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final GuestRam ram;
    private final long start;

    private RingArea(GuestRam ram, long start) {
        this.ram = ram;
        this.start = start;
    }

    /**
     * Finds RAM.
     *
     * @param alignment of the address, a power of two
     * @return null when not all of it is RAM of one block, or not aligned
     */
    static @Nullable RingArea find(FlatView view, long address, long length, int alignment, boolean write) {
        FlatView.Range range = view.find(address);
        GuestRam ram = range == null ? null : range.ram();
        if (range == null || ram == null || write && range.readOnly() || range.end() - address < length) {
            return null;
        }
        long offset = range.ramOffset() + address - range.start();
        return (offset & alignment - 1) != 0 ? null : new RingArea(ram, offset);
    }

    int getShort(long at) {
        return ram.getShort(start + at);
    }

    long getLong(long at) {
        return ram.getLong(start + at);
    }

    /** What is read after this is at least as new. */
    int acquireShort(long at) {
        return (short) SHORT.getAcquire(ram.segment(), start + at) & 0xFFFF;
    }

    void setShort(long at, int value) {
        ram.set(start + at, 2, value);
    }

    void setLong(long at, long value) {
        ram.set(start + at, 8, value);
    }

    /** What was written before this is seen with it. */
    void releaseShort(long at, int value) {
        SHORT.setRelease(ram.segment(), start + at, (short) value);
        ram.noteWrite(start + at, 2);
    }
}
