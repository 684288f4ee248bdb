package org.margay.virtio.net.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.Offload;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * The receive queue (virtio 1.2, 5.1.6.3 and 5.1.6.4). A frame goes into one chain, or into as many as it needs where the driver
 * lets buffers be merged; one that finds too few of them is held until the driver has added some. The driver notifies only while
 * it is waited for.
 */
final class Receiver {
    /**
     * What came and is not delivered.
     *
     * @param bytes of the frame
     */
    record Held(byte[] bytes, Offload offload) {
        Held {
            if (bytes == null || offload == null || bytes.length > Frame.MAXIMUM) {
                throw new IllegalArgumentException("frame out of range");
            }
            bytes = bytes.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Held held && offload.equals(held.offload) && Arrays.equals(bytes, held.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /**
     * What is still to be done.
     *
     * @param pending whether the driver is known to have added buffers that were waited for
     */
    record State(@Nullable Held held, boolean pending) {}

    private enum Outcome {
        DONE,
        /** There were too few buffers. */
        SHORT
    }

    private final VirtioTransport transport;
    private final VirtioNet card;
    private final Virtqueue queue;
    private final BottomHalf refilled;
    private final byte[] header = new byte[NetHeader.LONG];
    private @Nullable Frame held;

    Receiver(VirtioTransport transport, VirtioNet card, Machine machine, int queueSize) {
        this.transport = transport;
        this.card = card;
        this.queue = transport.addQueue(queueSize, this::wake);
        this.refilled = new BottomHalf(machine, this::resume);
    }

    /** There may be buffers now. */
    void wake() {
        refilled.schedule();
    }

    /** Whether a frame would find a buffer; when not, the driver is asked to say when there is one. */
    boolean canReceive() {
        if (!transport.running() || held != null) {
            return false;
        }
        if (!queue.isEmpty()) {
            return true;
        }
        queue.notifications(true);
        return !queue.isEmpty();
    }

    private void resume() {
        Frame waiting = held;
        held = null;
        if (waiting != null && card.offloads().takes(waiting.offload())) {
            receive(waiting);
        }
        if (held == null) {
            card.client().ready();
        }
    }

    /** Delivers a frame that passed the filter. */
    void receive(Frame frame) {
        if (!transport.running() || frame.length() > Frame.MAXIMUM) {
            return;
        }
        queue.notifications(false);
        while (deliver(frame) == Outcome.SHORT) {
            int few = queue.waiting();
            queue.notifications(true);
            if (queue.waiting() == few) {
                // A driver whose whole queue has no room for it will never have.
                held = few < queue.size() ? frame : null;
                return;
            }
        }
        queue.notifyDriver();
    }

    private Outcome deliver(Frame frame) {
        NetHeader.fill(header, frame.offload(), card.offloads().checksum());
        return card.merges() ? deliverMerged(frame.bytes()) : deliverToOne(frame.bytes());
    }

    private Outcome deliverToOne(byte[] bytes) {
        VirtqueueElement element = queue.pop();
        if (element == null) {
            return Outcome.SHORT;
        }
        int headerLength = card.headerLength();
        if (element.writable() < headerLength + bytes.length) {
            // A driver that wants no greater frames does not get them.
            queue.unpop(1);
            return Outcome.DONE;
        }
        element.write(0, header, 0, headerLength);
        element.write(headerLength, bytes, 0, bytes.length);
        queue.push(element, headerLength + bytes.length);
        return Outcome.DONE;
    }

    private Outcome deliverMerged(byte[] bytes) {
        VirtqueueElement first = queue.pop();
        if (first == null) {
            return Outcome.SHORT;
        }
        if (first.writable() < NetHeader.LONG) {
            transport.fail("receive buffer of %d bytes".formatted(first.writable()));
            return Outcome.DONE;
        }
        int done = first.write(NetHeader.LONG, bytes, 0, bytes.length);
        queue.fill(first, NetHeader.LONG + done, 0);
        int count = 1;
        while (done < bytes.length) {
            VirtqueueElement next = queue.pop();
            if (next == null) {
                queue.unpop(count);
                return Outcome.SHORT;
            }
            int part = next.write(0, bytes, done, bytes.length - done);
            queue.fill(next, part, count++);
            done += part;
        }
        NetHeader.buffers(header, count);
        first.write(0, header, 0, NetHeader.LONG);
        queue.flush(count);
        return Outcome.DONE;
    }

    void reset() {
        held = null;
        refilled.cancel();
    }

    State save() {
        Frame frame = held;
        return new State(frame == null ? null : new Held(frame.bytes(), frame.offload()), refilled.pending());
    }

    void restore(State state) {
        Held saved = state.held;
        held = saved == null ? null : new Frame(saved.bytes, saved.offload);
        if (state.pending) {
            refilled.schedule();
        }
    }
}
