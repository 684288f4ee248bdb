package org.margay.virtio.serial.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * What a guest writes to a port (virtio 1.2, 5.3.6). It is taken at once, as guests may wait for that with all else standing still;
 * of more than fits into one turn the rest is taken in the next. When the other side has no room the guest waits, and with it what
 * is left of the buffer at hand.
 */
final class GuestOutput {
    /** Bytes taken in one turn. */
    private static final int MOST = 1 << 16;

    /** What a buffer counts as in addition: to find it takes time, too. */
    private static final int BUFFER_COST = 256;

    private static final int CHUNK = 4096;

    /**
     * What is on its way.
     *
     * @param held the buffer at hand, or null
     * @param done bytes of it that were taken
     * @param stalled whether the other side has no room
     * @param pending whether it goes on soon
     */
    record State(VirtqueueElement.@Nullable State held, int done, boolean stalled, boolean pending) {
        State {
            if (done < 0) {
                throw new IllegalArgumentException("taken %d bytes".formatted(done));
            }
        }
    }

    /** The other side. */
    interface Sink {
        /** Whether anybody listens; otherwise all is dropped. */
        boolean listening();

        /**
         * Takes bytes.
         *
         * @return how many; when fewer than given it has no room, and {@link GuestOutput#resume} is called when it has
         */
        int write(byte[] data, int length);

        /** Whether bytes for which there is no room are lost: nobody waits then. */
        boolean losesBytes();
    }

    private final Virtqueue queue;
    private final Sink sink;
    private final BottomHalf work;
    private final byte[] chunk = new byte[CHUNK];
    private @Nullable VirtqueueElement held;
    private int done;
    private boolean stalled;

    GuestOutput(Machine machine, Virtqueue queue, Sink sink) {
        this.queue = queue;
        this.sink = sink;
        this.work = new BottomHalf(machine, this::run);
    }

    /** There is room. */
    void resume() {
        stalled = false;
        run();
    }

    /** There may be room, although nobody has said so. */
    void retry() {
        if (stalled) {
            resume();
        }
    }

    /** Takes what is there. */
    void run() {
        if (stalled || work.pending()) {
            return;
        }
        boolean givenBack = false;
        int left = MOST;
        while (left > 0 && !stalled) {
            VirtqueueElement element = held == null ? queue.popOrAwait() : held;
            if (element == null) {
                break;
            }
            held = element;
            left -= pass(element, left);
            if (done >= element.readable()) {
                left -= BUFFER_COST;
                giveBack();
                givenBack = true;
            }
        }
        if (givenBack) {
            queue.notifyDriver();
        }
        if (left <= 0 && !stalled) {
            work.schedule();
        }
    }

    /** Passes some bytes on; gives how many were looked at. */
    private int pass(VirtqueueElement element, int most) {
        if (!sink.listening()) {
            done = element.readable();
            return 0;
        }
        int length = element.read(done, chunk, 0, Math.min(CHUNK, most));
        int taken = length == 0 ? 0 : sink.write(chunk, length);
        done += taken;
        if (taken < length) {
            if (sink.losesBytes()) {
                done = element.readable();
            } else {
                stalled = true;
            }
        }
        return length;
    }

    private void giveBack() {
        if (held != null) {
            queue.push(held, 0);
            held = null;
            done = 0;
        }
    }

    /** Nobody listens any more: what is at hand is dropped, and so is what comes. */
    void drop() {
        if (held != null) {
            giveBack();
            queue.notifyDriver();
        }
        resume();
    }

    /** The queue is empty, and what is at hand is nobody's. */
    void reset() {
        work.cancel();
        held = null;
        done = 0;
        stalled = false;
    }

    State save() {
        boolean awaited = held != null && queue.awaits(held);
        return held == null || !awaited
                ? new State(null, 0, stalled, work.pending())
                : new State(held.save(), done, stalled, work.pending());
    }

    void restore(State state) {
        if (state.held != null) {
            held = queue.restore(state.held);
            done = state.done;
        }
        stalled = state.stalled;
        if (state.pending) {
            work.schedule();
        }
    }

    void close() {
        work.cancel();
    }
}
