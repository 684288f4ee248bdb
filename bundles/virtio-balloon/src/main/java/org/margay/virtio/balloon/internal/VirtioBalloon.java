package org.margay.virtio.balloon.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Balloon;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.plan.MemorySize;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioDevice;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.VirtioType;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * A memory balloon (virtio 1.2, 5.5): its driver takes pages from the guest's system as the user wants it, and the host has their
 * memory meanwhile. The driver may also report pages that happen to be free.
 */
final class VirtioBalloon implements VirtioDevice<VirtioBalloon.State>, Balloon {
    static final VirtioType TYPE = new VirtioType(5, 0x1002, 0x050000);

    static final String CHANGE_EVENT = "BALLOON_CHANGE";

    /** Features (5.5.3). */
    static final long STATS_VQ = 1 << 1;

    static final long DEFLATE_ON_OOM = 1 << 2;
    static final long PAGE_REPORTING = 1 << 5;

    private static final int QUEUE_SIZE = 128;
    private static final int REPORTING_QUEUE_SIZE = 32;
    private static final int CONFIG_SIZE = 8;
    /** Offset of the pages that are in the balloon, behind those that are wanted (5.5.4). */
    private static final int ACTUAL = 4;

    /**
     * How full it is.
     *
     * @param wanted pages that the user wants in the balloon
     * @param actual pages that are in it, as the driver says
     * @param pending whether the queues are to be looked at soon
     */
    record State(int wanted, int actual, boolean pending, StatisticsQueue.State statistics) {
        State {
            if (statistics == null) {
                throw new IllegalArgumentException("balloon without statistics");
            }
        }
    }

    private final VirtioTransport transport;
    private final VirtioBalloonProperties properties;
    private final Machine machine;
    private final GuestPages pages;
    private final BottomHalf work;
    private final Virtqueue inflate;
    private final Virtqueue deflate;
    private final StatisticsQueue statistics;
    private final @Nullable Virtqueue reporting;
    private final long ramSize;
    private int wanted;
    private int actual;

    VirtioBalloon(VirtioTransport transport, VirtioBalloonProperties properties, Machine machine)
            throws DeviceException {
        if (machine.find(Balloon.class).isPresent()) {
            throw new DeviceException("Only one balloon device is supported");
        }
        this.transport = transport;
        this.properties = properties;
        this.machine = machine;
        this.pages = new GuestPages(machine.memory());
        this.ramSize = MemorySize.in(machine.plan());
        this.work = new BottomHalf(machine, this::work);
        // The order is that of their numbers: those of features that are not offered are left out.
        this.inflate = transport.addQueue(QUEUE_SIZE, work::schedule);
        this.deflate = transport.addQueue(QUEUE_SIZE, work::schedule);
        this.statistics = new StatisticsQueue(transport, machine, work::schedule);
        this.reporting =
                properties.freePageReporting() ? transport.addQueue(REPORTING_QUEUE_SIZE, work::schedule) : null;
        machine.publish(Balloon.class, this);
    }

    @Override
    public long features() {
        return STATS_VQ
                | (properties.deflateOnOom() ? DEFLATE_ON_OOM : 0)
                | (properties.freePageReporting() ? PAGE_REPORTING : 0);
    }

    @Override
    public byte[] config() {
        return ByteBuffer.allocate(CONFIG_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(wanted)
                .putInt(actual)
                .array();
    }

    @Override
    public void writeConfig(byte[] content) {
        setActual(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(ACTUAL));
    }

    private void setActual(int now) {
        if (now != actual) {
            actual = now;
            machine.emitLimited(CHANGE_EVENT, "", Map.of("actual", actual()));
        }
    }

    @Override
    public long actual() {
        return Math.max(0, ramSize - Integer.toUnsignedLong(actual) * GuestPages.SIZE);
    }

    @Override
    public void target(long bytes) {
        wanted = (int) (Math.max(0, ramSize - bytes) / GuestPages.SIZE);
        transport.configChanged();
    }

    @Override
    public void driverReady() {
        work.schedule();
    }

    /** A guest that goes on and on filling its queues is not waited for: the rest comes in the next turn. */
    private void work() {
        statistics.work();
        int done = 0;
        VirtqueueElement element;
        while (done < GuestPages.MOST && (element = inflate.popOrAwait()) != null) {
            done += Math.max(1, pages.discardListed(element));
            giveBack(inflate, element);
        }
        // Pages come back by being used.
        while (done < GuestPages.MOST && (element = deflate.popOrAwait()) != null) {
            done++;
            giveBack(deflate, element);
        }
        while (reporting != null && done < GuestPages.MOST && (element = reporting.popOrAwait()) != null) {
            done += Math.max(1, discardReported(element));
            giveBack(reporting, element);
        }
        if (done >= GuestPages.MOST) {
            work.schedule();
        }
    }

    private static void giveBack(Virtqueue queue, VirtqueueElement element) {
        queue.push(element, 0);
        queue.notifyDriver();
    }

    /** Free pages are told as memory that may be written (5.5.6.7). */
    private int discardReported(VirtqueueElement free) {
        for (int i = free.readableSegments(); i < free.segments(); i++) {
            pages.discard(free.address(i), free.length(i));
        }
        return free.segments();
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return statistics.properties();
    }

    /** Without a driver nothing is in the balloon. What the user wants stays. */
    @Override
    public void reset() {
        work.cancel();
        statistics.reset();
        setActual(0);
    }

    @Override
    public State save() {
        return new State(wanted, actual, work.pending(), statistics.save());
    }

    @Override
    public void restore(State state) {
        statistics.restore(state.statistics);
        wanted = state.wanted;
        actual = state.actual;
        if (state.pending) {
            work.schedule();
        }
    }

    @Override
    public void close() {
        work.cancel();
        statistics.close();
        machine.withdraw(Balloon.class, this);
    }
}
