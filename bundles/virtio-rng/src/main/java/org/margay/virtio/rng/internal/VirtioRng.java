package org.margay.virtio.rng.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.machine.random.RandomSource;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioDevice;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.VirtioType;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * An entropy device (virtio 1.2, 5.4): the driver gives it buffers, it fills them with random bytes, one after the other and as many
 * as its source has. How many a guest gets in a time may be limited.
 */
final class VirtioRng implements VirtioDevice<VirtioRng.State> {
    static final VirtioType TYPE = new VirtioType(4, 0x1005, 0x00FF00);

    /** No limit: as the property says it. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final int QUEUE_SIZE = 8;
    /** Bytes asked for at one go; a buffer need not be filled. */
    private static final int MOST_BYTES = 4096;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * What is going on.
     *
     * @param quota bytes that the guest may still get in this period
     * @param deadline end of the period, on the virtual clock
     * @param asked whether bytes are under way
     * @param pending whether the queue is to be looked at soon
     */
    record State(long quota, long deadline, boolean asked, boolean pending) {
        State {
            if (quota < 0) {
                throw new IllegalArgumentException("quota " + quota);
            }
        }
    }

    private final Virtqueue queue;
    private final RandomSource source;
    private final Clock clock;
    private final BottomHalf work;
    private final Timer period;
    private final long mostInPeriod;
    private final long periodLength;
    private long quota;
    private boolean asked;

    /**
     * Makes one.
     *
     * @param source its own: it closes it
     * @param mostInPeriod bytes, or {@link #UNLIMITED}
     * @param periodMillis milliseconds
     */
    VirtioRng(VirtioTransport transport, Machine machine, RandomSource source, long mostInPeriod, long periodMillis) {
        this.source = source;
        this.clock = machine.virtualClock();
        this.mostInPeriod = mostInPeriod;
        this.periodLength = periodMillis * NANOS_PER_MILLI;
        this.quota = mostInPeriod;
        this.work = new BottomHalf(machine, this::ask);
        this.period = clock.timer(this::periodOver);
        this.queue = transport.addQueue(QUEUE_SIZE, work::schedule);
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public byte[] config() {
        return new byte[0];
    }

    @Override
    public void driverReady() {
        work.schedule();
    }

    /** Asks for what the next buffer can take, if there is one. */
    private void ask() {
        if (asked) {
            return;
        }
        int wanted = wanted();
        if (wanted == 0) {
            return;
        }
        if (mostInPeriod != UNLIMITED && !period.armed()) {
            period.arm(clock.nanos() + periodLength);
        }
        int allowed = (int) Math.min(wanted, quota);
        if (allowed > 0) {
            asked = true;
            source.request(allowed, this::arrived);
        }
    }

    /** Bytes that fit into the next buffer; those into which nothing fits are given back. */
    private int wanted() {
        for (int i = 0; i < QUEUE_SIZE; i++) {
            VirtqueueElement next = queue.popOrAwait();
            if (next == null) {
                return 0;
            }
            if (next.writable() > 0) {
                queue.unpop(1);
                return Math.min(next.writable(), MOST_BYTES);
            }
            give(next, 0);
        }
        work.schedule();
        return 0;
    }

    private void give(VirtqueueElement element, int written) {
        queue.push(element, written);
        queue.notifyDriver();
    }

    private void arrived(byte[] bytes) {
        asked = false;
        @Nullable VirtqueueElement element = queue.pop();
        if (element != null) {
            int written = element.write(0, bytes, 0, bytes.length);
            if (mostInPeriod != UNLIMITED) {
                quota = Math.max(0, quota - written);
            }
            give(element, written);
        }
        ask();
    }

    private void periodOver() {
        quota = mostInPeriod;
        ask();
    }

    /** What is under way is dropped when it comes: the queue is empty then, or the next driver's. */
    @Override
    public void reset() {
        work.cancel();
        period.disarm();
        quota = mostInPeriod;
    }

    @Override
    public State save() {
        return new State(quota, period.deadline(), asked, work.pending());
    }

    @Override
    public void restore(State state) {
        if (state.quota > mostInPeriod) {
            throw new IllegalArgumentException("quota %d of %d".formatted(state.quota, mostInPeriod));
        }
        quota = state.quota;
        period.arm(state.deadline);
        if (state.asked) {
            // How many fit is not known before the queue can be used; too many do no harm.
            asked = true;
            source.request(Math.clamp(quota, 1, MOST_BYTES), this::arrived);
        }
        if (state.pending) {
            work.schedule();
        }
    }

    @Override
    public void close() {
        work.cancel();
        period.disarm();
        source.close();
    }
}
