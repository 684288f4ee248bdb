package org.margay.virtio.balloon.internal;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.machine.object.ObjectProperty;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * The queue by which a guest tells of its memory (virtio 1.2, 5.5.6.3): the driver gives a buffer filled, and gets it back when it is
 * to be filled anew. That happens every so many seconds, if the user wants it.
 */
final class StatisticsQueue {
    private static final int QUEUE_SIZE = 128;
    /** A tag of 16 bits and a value of 64. */
    private static final int ENTRY_SIZE = 10;

    private static final int MOST_ENTRIES = 64;
    private static final long UNKNOWN = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** Of what is told, by tag (5.5.6.4). */
    private static final List<String> NAMES = List.of(
            "stat-swap-in",
            "stat-swap-out",
            "stat-major-faults",
            "stat-minor-faults",
            "stat-free-memory",
            "stat-total-memory",
            "stat-available-memory",
            "stat-disk-caches",
            "stat-htlb-pgalloc",
            "stat-htlb-pgfail");

    private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(64);
    private static final String INTERVAL = "guest-stats-polling-interval";

    /**
     * What was told, and what will be asked.
     *
     * @param values by tag, -1 for those that were not told
     * @param lastUpdate when that was, seconds since 1970 UTC; 0 for never
     * @param interval seconds from one question to the next; 0 to ask nothing
     * @param deadline of the next question, on the virtual clock
     * @param held the driver's buffer, or null
     */
    record State(
            List<Long> values, long lastUpdate, long interval, long deadline, VirtqueueElement.@Nullable State held) {
        State {
            if (values == null || values.size() != NAMES.size() || interval < 0 || interval >>> 32 != 0) {
                throw new IllegalArgumentException("guest statistics out of range");
            }
            values = List.copyOf(values);
        }
    }

    /** The property guest-stats. */
    record Shown(Map<String, BigInteger> stats, long lastUpdate) {}

    private final Virtqueue queue;
    private final Clock clock;
    private final Clock hostClock;
    private final Timer poll;
    private final long[] values = new long[NAMES.size()];
    private long lastUpdate;
    private long interval;
    private @Nullable VirtqueueElement held;

    /** Declares the queue; {@link #work} is to be called after notified. */
    StatisticsQueue(VirtioTransport transport, Machine machine, Runnable notified) {
        queue = transport.addQueue(QUEUE_SIZE, notified);
        clock = machine.virtualClock();
        hostClock = machine.hostClock();
        poll = clock.timer(this::ask);
        Arrays.fill(values, UNKNOWN);
    }

    /** Takes what the driver tells. */
    void work() {
        for (int i = 0; i < QUEUE_SIZE; i++) {
            VirtqueueElement told = queue.popOrAwait();
            if (told == null) {
                return;
            }
            // One buffer is all that a driver needs to have here.
            giveBack();
            held = told;
            read(told);
        }
    }

    private void read(VirtqueueElement told) {
        Arrays.fill(values, UNKNOWN);
        int entries = Math.min(told.readable() / ENTRY_SIZE, MOST_ENTRIES);
        for (int i = 0; i < entries; i++) {
            int tag = (int) told.readNumber(i * ENTRY_SIZE, 2);
            if (tag < values.length) {
                values[tag] = told.readNumber(i * ENTRY_SIZE + 2, 8);
            }
        }
        lastUpdate = hostClock.nanos() / NANOS_PER_SECOND;
        armPoll();
    }

    private void armPoll() {
        if (interval > 0) {
            poll.arm(clock.nanos() + interval * NANOS_PER_SECOND);
        }
    }

    /** Asks the driver, if it has given its buffer. */
    private void ask() {
        giveBack();
        armPoll();
    }

    private void giveBack() {
        if (held != null) {
            queue.push(held, 0);
            queue.notifyDriver();
            held = null;
        }
    }

    List<ObjectProperty> properties() {
        return List.of(
                ObjectProperty.readOnly("guest-stats", "guest statistics", this::shown),
                new ObjectProperty(INTERVAL, "int", () -> interval, this::setInterval));
    }

    private Shown shown() {
        Map<String, BigInteger> all = new LinkedHashMap<>();
        for (int tag = 0; tag < values.length; tag++) {
            all.put(NAMES.get(tag), unsigned(values[tag]));
        }
        return new Shown(all, lastUpdate);
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value < 0 ? signed.add(UNSIGNED) : signed;
    }

    private void setInterval(Object value) throws QmpException {
        if (!(value instanceof Long seconds)) {
            throw QmpErrors.invalidParameterType(INTERVAL, "int");
        }
        if (seconds < 0) {
            throw new QmpException("timer value must be greater than zero");
        }
        if (seconds >>> 32 != 0) {
            throw new QmpException("timer value is too big");
        }
        boolean first = interval == 0;
        interval = seconds;
        if (seconds == 0) {
            poll.disarm();
        } else if (first) {
            // The first question is asked at once.
            poll.arm(clock.nanos());
        } else {
            armPoll();
        }
    }

    /** What was told stays to be seen; lastUpdate says how old it is. */
    void reset() {
        held = null;
    }

    State save() {
        VirtqueueElement.State kept = held == null || !queue.awaits(held) ? null : held.save();
        return new State(Arrays.stream(values).boxed().toList(), lastUpdate, interval, poll.deadline(), kept);
    }

    void restore(State state) {
        Arrays.setAll(values, state.values::get);
        lastUpdate = state.lastUpdate;
        interval = state.interval;
        poll.arm(interval == 0 ? Timer.NEVER : state.deadline);
        held = state.held == null ? null : queue.restore(state.held);
    }

    void close() {
        poll.disarm();
    }
}
