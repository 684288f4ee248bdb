package org.margay.virtio;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.margay.memory.FlatView;

/**
 * A split virtqueue as the device sees it (virtio 1.2, 2.7): it takes chains of buffers that the driver made available, and gives
 * them back used, in any order. The rings are shared with vCPUs that run meanwhile. A driver that breaks the rules makes the
 * device {@link VirtioTransport#fail fail}; a queue of a device that failed, or that is not set up, is empty, and what is given
 * back to it is dropped. Under the machine lock.
 */
public final class Virtqueue {
    /** Entries at most. */
    public static final int MAXIMUM_SIZE = 1024;

    /** Byte offset of the index in both rings, behind the flags. */
    private static final int INDEX = 2;

    private static final int RING = 4;
    private static final int DESCRIPTOR_SIZE = 16;
    private static final int AVAILABLE_SIZE = 2;
    private static final int USED_SIZE = 8;
    /** Flag of the driver: no interrupts. */
    private static final int NO_INTERRUPT = 1;
    /** Flag of the device: no notifications. */
    private static final int NO_NOTIFY = 1;

    private static final int PAGE = 4096;
    private static final int UNKNOWN = -1;

    /**
     * A queue, as driver and device left it.
     *
     * @param size entries that the driver chose, a power of two
     * @param descriptors address of the descriptor table
     * @param available address of the driver's ring
     * @param used address of the device's ring
     * @param enabled whether the driver has set it up
     * @param vector of its interrupts
     * @param nextAvailable index of the next chain to take
     * @param usedIndex index of the next chain to give back
     * @param signalled usedIndex when the driver was last interrupted or found not to want it, or -1
     * @param notifications whether the device wants to be told of new chains
     */
    public record State(
            int size,
            long descriptors,
            long available,
            long used,
            boolean enabled,
            int vector,
            int nextAvailable,
            int usedIndex,
            int signalled,
            boolean notifications) {
        public State {
            if (size < 1
                    || size > MAXIMUM_SIZE
                    || Integer.bitCount(size) != 1
                    || (vector | nextAvailable | usedIndex) >>> 16 != 0
                    || (nextAvailable - usedIndex & 0xFFFF) > size
                    || signalled < UNKNOWN
                    || signalled > 0xFFFF) {
                throw new IllegalArgumentException("virtqueue out of range");
            }
        }
    }

    private final VirtioCore core;
    private final int index;
    private final int maximum;
    private final Runnable notified;

    private int size;
    private long descriptors;
    private long available;
    private long used;
    private boolean enabled;
    private int vector;
    private int nextAvailable;
    private int usedIndex;
    private int signalled;
    private boolean notifications;
    /** Counts resets, so that elements from before are known. */
    private int epoch;

    private @Nullable Rings rings;

    /** The parts where they lie in RAM, as long as it is laid out the same. */
    private record Rings(FlatView view, RingArea table, RingArea available, RingArea used) {}

    Virtqueue(VirtioCore core, int index, int maximum, Runnable notified) {
        if (maximum < 1 || maximum > MAXIMUM_SIZE || Integer.bitCount(maximum) != 1) {
            throw new IllegalArgumentException("virtqueue of %d entries".formatted(maximum));
        }
        this.core = core;
        this.index = index;
        this.maximum = maximum;
        this.notified = notified;
        reset();
    }

    // What the driver sets up, by the transport.

    void reset() {
        size = maximum;
        descriptors = 0;
        available = 0;
        used = 0;
        vector = VirtioCore.NO_VECTOR;
        stop();
    }

    private void stop() {
        enabled = false;
        nextAvailable = 0;
        usedIndex = 0;
        signalled = UNKNOWN;
        notifications = true;
        epoch++;
        rings = null;
    }

    /** Entries that the driver chose, or may choose at most. */
    public int size() {
        return size;
    }

    /** The driver wants fewer entries; what is no power of two, or more than there are, is ignored. */
    void setSize(int wanted) {
        if (!enabled && wanted >= 1 && wanted <= maximum && Integer.bitCount(wanted) == 1) {
            size = wanted;
        }
    }

    long descriptors() {
        return descriptors;
    }

    long available() {
        return available;
    }

    long used() {
        return used;
    }

    void setDescriptors(long address) {
        descriptors = enabled ? descriptors : address;
    }

    void setAvailable(long address) {
        available = enabled ? available : address;
    }

    void setUsed(long address) {
        used = enabled ? used : address;
    }

    /** Whether the driver has set it up. */
    public boolean enabled() {
        return enabled;
    }

    void enable() {
        enabled = true;
        rings = null;
    }

    /** Page in which a legacy driver's queue begins; 0 for none. */
    int legacyPage() {
        return (int) (descriptors / PAGE);
    }

    /** All three parts from a page on, as legacy drivers have them (virtio 1.2, 2.7.2). */
    void setLegacyPage(int page) {
        stop();
        descriptors = (page & 0xFFFF_FFFFL) * PAGE;
        available = descriptors + (long) DESCRIPTOR_SIZE * size;
        used = available + availableLength() + PAGE - 1 & -PAGE;
        if (page != 0) {
            enable();
        }
    }

    int vector() {
        return vector;
    }

    void setVector(int chosen) {
        vector = chosen;
    }

    /** The driver says that it made chains available. */
    void notifyDevice() {
        if (enabled) {
            notified.run();
        }
    }

    private int availableLength() {
        return RING + AVAILABLE_SIZE * size + 2;
    }

    /** The parts, or null when they can't be used now. */
    private @Nullable Rings rings() {
        FlatView view = core.dma().view();
        if (view == null || !enabled || core.failed()) {
            return null;
        }
        if (rings == null || rings.view != view) {
            RingArea table = RingArea.find(view, descriptors, (long) DESCRIPTOR_SIZE * size, 16, false);
            RingArea driver = RingArea.find(view, available, availableLength(), 2, false);
            RingArea device = RingArea.find(view, used, RING + (long) USED_SIZE * size + 2, 4, true);
            if (table == null || driver == null || device == null) {
                rings = null;
                core.fail("queue %d is not in RAM, or not aligned".formatted(index));
            } else {
                rings = new Rings(view, table, driver, device);
            }
        }
        return rings;
    }

    // What the device does.

    /** Chains that can be taken now. */
    public int waiting() {
        Rings now = rings();
        return now == null ? 0 : waiting(now);
    }

    private int waiting(Rings now) {
        int waiting = now.available.acquireShort(INDEX) - nextAvailable & 0xFFFF;
        if (waiting > size) {
            core.fail("queue %d has %d chains for %d entries".formatted(index, waiting, size));
            return 0;
        }
        return waiting;
    }

    public boolean isEmpty() {
        return waiting() == 0;
    }

    /** Takes the next chain, or null when there is none. */
    public @Nullable VirtqueueElement pop() {
        Rings now = rings();
        if (now == null || waiting(now) == 0) {
            return null;
        }
        int head = now.available.getShort(RING + AVAILABLE_SIZE * (nextAvailable & size - 1));
        if (head >= size || inFlight() >= size) {
            core.fail("queue %d has a chain at %d".formatted(index, head));
            return null;
        }
        VirtqueueElement element = core.chains().read(now.table, size, head, epoch, now.view);
        if (element != null) {
            nextAvailable = nextAvailable + 1 & 0xFFFF;
            if (notifications && core.has(VirtioFeature.RING_EVENT_IDX)) {
                setAvailableEvent(now, nextAvailable);
            }
        }
        return element;
    }

    /** As {@link #pop}; when there is none the driver tells of the next one, and one that comes right now is not overlooked. */
    public @Nullable VirtqueueElement popOrAwait() {
        VirtqueueElement element = pop();
        if (element == null) {
            notifications(true);
            element = pop();
        }
        return element;
    }

    /** Puts the chains that were popped last back, to be popped again: none of them may have been pushed. */
    public void unpop(int count) {
        nextAvailable = nextAvailable - Math.min(count, inFlight()) & 0xFFFF;
    }

    /** Chains popped and not pushed yet. */
    private int inFlight() {
        return nextAvailable - usedIndex & 0xFFFF;
    }

    /**
     * Gives a chain back to the driver, which may look at any time; {@link #notifyDriver} after the last one.
     *
     * @param written bytes at the begin of the writable part that the device wrote
     */
    public void push(VirtqueueElement element, int written) {
        if (awaits(element)) {
            fill(element, written, 0);
            flush(1);
        }
    }

    /** Whether the driver waits for an element that was popped: it does not once it has reset the queue, or set it up anew. */
    public boolean awaits(VirtqueueElement element) {
        return element.epoch() == epoch;
    }

    /**
     * Prepares chains to be given back together by {@link #flush}, at once.
     *
     * @param ahead how many were filled before
     */
    public void fill(VirtqueueElement element, int written, int ahead) {
        Rings now = rings();
        if (now != null) {
            int slot = usedIndex + ahead & size - 1;
            now.used.setLong(RING + USED_SIZE * slot, (long) written << 32 | element.head());
        }
    }

    /** Gives chains back that were {@link #fill filled}. */
    public void flush(int count) {
        Rings now = rings();
        int given = Math.min(count, inFlight());
        if (given == 0 || now == null) {
            return;
        }
        int before = usedIndex;
        usedIndex = usedIndex + given & 0xFFFF;
        now.used.releaseShort(INDEX, usedIndex);
        // After a whole turn without an interrupt the old index says nothing any more.
        if (signalled != UNKNOWN && (before - signalled & 0xFFFF) + given > 0xFFFF) {
            signalled = UNKNOWN;
        }
    }

    /** Interrupts the driver for what was pushed, if it wants that. */
    public void notifyDriver() {
        Rings now = rings();
        if (now != null && wantsInterrupt(now)) {
            core.queueInterrupt(vector);
        }
    }

    /** Virtio 1.2, 2.7.7: what was pushed must be visible before it is looked at what the driver wants. */
    private boolean wantsInterrupt(Rings now) {
        VarHandle.fullFence();
        if (core.has(VirtioFeature.NOTIFY_ON_EMPTY)
                && inFlight() == 0
                && now.available.acquireShort(INDEX) == nextAvailable) {
            return true;
        }
        if (!core.has(VirtioFeature.RING_EVENT_IDX)) {
            return (now.available.getShort(0) & NO_INTERRUPT) == 0;
        }
        int event = now.available.getShort(RING + AVAILABLE_SIZE * size);
        int before = signalled;
        signalled = usedIndex;
        return before == UNKNOWN || passed(event, before, usedIndex);
    }

    /** Whether an index that went from one value to another has gone beyond an event (virtio 1.2, 2.7.10). */
    static boolean passed(int event, int from, int to) {
        return (to - event - 1 & 0xFFFF) < (to - from & 0xFFFF);
    }

    /**
     * Says whether the device wants to be told of new chains. After switching on look once more whether there are any: those that
     * came meanwhile are not told.
     */
    public void notifications(boolean wanted) {
        boolean changed = wanted != notifications;
        notifications = wanted;
        Rings now = rings();
        if (now == null) {
            return;
        }
        if (core.has(VirtioFeature.RING_EVENT_IDX)) {
            // Not to want any is to leave the event behind.
            if (wanted) {
                setAvailableEvent(now, now.available.acquireShort(INDEX));
            }
        } else if (changed) {
            now.used.setShort(0, wanted ? 0 : NO_NOTIFY);
        }
        if (wanted) {
            VarHandle.fullFence();
        }
    }

    private void setAvailableEvent(Rings now, int event) {
        now.used.setShort(RING + USED_SIZE * size, event);
    }

    State save() {
        return new State(
                size,
                descriptors,
                available,
                used,
                enabled,
                vector,
                nextAvailable,
                usedIndex,
                signalled,
                notifications);
    }

    void restore(State state) {
        if (state.size > maximum) {
            throw new IllegalArgumentException("virtqueue of %d entries".formatted(state.size));
        }
        size = state.size;
        descriptors = state.descriptors;
        available = state.available;
        used = state.used;
        enabled = state.enabled;
        vector = state.vector;
        nextAvailable = state.nextAvailable;
        usedIndex = state.usedIndex;
        signalled = state.signalled;
        notifications = state.notifications;
        rings = null;
    }

    /**
     * An element that the device held when it was saved, and that the driver {@link #awaits awaited}.
     *
     * @throws IllegalArgumentException when it is not one of this queue
     */
    public VirtqueueElement restore(VirtqueueElement.State state) {
        if (state.head() >= size || inFlight() == 0) {
            throw new IllegalArgumentException("element %d of a queue of %d".formatted(state.head(), size));
        }
        return new VirtqueueElement(
                core.dma(), state.head(), epoch, state.addresses(), state.lengths(), state.readableSegments());
    }
}
