package org.margay.virtio.net.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Offload;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * The transmit queue (virtio 1.2, 5.1.6.2). Frames are sent on the machine loop, in bursts, while the driver goes on filling the
 * queue unasked: it notifies again only once the queue was found empty. By timer the first notification waits for more to come.
 *
 * <p>Interrupts are mitigated, as most cards do it: drivers only free what was sent, and each interrupt costs them more than that.
 * Linux even joins small writes of a TCP connection to larger frames as long as it does not hear that the one before has gone.
 */
final class Transmitter {
    /**
     * What is still to be done.
     *
     * @param pending whether the queue is to be looked at soon
     * @param deadline of the timer, on the virtual clock
     * @param untold frames that have gone, which the driver was not told
     * @param interruptDeadline when it will be told, on the virtual clock
     */
    record State(boolean pending, long deadline, int untold, long interruptDeadline) {}

    /** How long a driver may hear nothing of a frame that has gone, in nanoseconds of the virtual clock. */
    private static final long MITIGATION = 250_000;

    private final VirtioTransport transport;
    private final VirtioNet card;
    private final Machine machine;
    private final Virtqueue queue;
    private final BottomHalf work;
    private final Timer timer;
    private final Timer interrupt;
    private final long delay;
    private final int burst;
    private final byte[] header = new byte[NetHeader.LONG];
    /** Frames that have gone, which the driver was not told. */
    private int untold;
    /** The network has no room now: it says when it has. */
    private boolean stalled;

    Transmitter(VirtioTransport transport, VirtioNet card, Machine machine, VirtioNetProperties properties) {
        this.transport = transport;
        this.card = card;
        this.machine = machine;
        this.queue = transport.addQueue(properties.txQueueSize(), this::notified);
        this.work = new BottomHalf(machine, this::transmit);
        this.timer = machine.virtualClock().timer(this::transmit);
        this.interrupt = machine.virtualClock().timer(this::interrupt);
        this.delay = properties.byTimer() ? properties.txTimer() : 0;
        this.burst = Math.max(1, properties.txBurst());
    }

    private void notified() {
        if (stalled || work.pending()) {
            return;
        }
        queue.notifications(false);
        if (delay == 0 || timer.armed()) {
            timer.disarm();
            work.schedule();
        } else {
            timer.arm(machine.virtualClock().nanos() + delay);
        }
    }

    /** The driver is ready, or the network has room again. */
    void resume() {
        stalled = false;
        work.schedule();
    }

    boolean stalled() {
        return stalled;
    }

    private void transmit() {
        if (!transport.running()) {
            return;
        }
        queue.notifications(false);
        NetClient client = card.client();
        int sent = 0;
        while (sent < burst && !stalled) {
            VirtqueueElement element = queue.pop();
            if (element == null) {
                break;
            }
            Frame frame = frame(element);
            queue.push(element, 0);
            sent++;
            stalled = frame != null && !client.send(frame);
        }
        if (sent > 0) {
            interruptSoon(sent);
        }
        if (stalled) {
            return;
        }
        if (sent < burst) {
            queue.notifications(true);
            if (queue.isEmpty()) {
                return;
            }
            queue.notifications(false);
        }
        work.schedule();
    }

    /** Long before the queue is full. */
    private void interruptSoon(int sent) {
        untold += sent;
        if (untold >= queue.size() / 4) {
            interrupt();
        } else if (!interrupt.armed()) {
            interrupt.arm(machine.virtualClock().nanos() + MITIGATION);
        }
    }

    private void interrupt() {
        untold = 0;
        interrupt.disarm();
        queue.notifyDriver();
    }

    /** What a chain holds, or null when that can't be sent. */
    private @Nullable Frame frame(VirtqueueElement element) {
        int headerLength = card.headerLength();
        int length = element.readable() - headerLength;
        if (length < Frame.HEADER || length > Frame.MAXIMUM) {
            return null;
        }
        element.read(0, header, 0, headerLength);
        byte[] bytes = new byte[length];
        element.read(headerLength, bytes, 0, length);
        Offload offload = NetHeader.parse(header, bytes);
        return offload == null ? null : new Frame(bytes, offload);
    }

    void reset() {
        work.cancel();
        timer.disarm();
        interrupt.disarm();
        untold = 0;
        stalled = false;
    }

    State save() {
        return new State(work.pending() || stalled, timer.deadline(), untold, interrupt.deadline());
    }

    void restore(State state) {
        if (state.pending) {
            work.schedule();
        }
        if (state.deadline != Timer.NEVER) {
            timer.arm(state.deadline);
        }
        untold = state.untold;
        if (state.interruptDeadline != Timer.NEVER) {
            interrupt.arm(state.interruptDeadline);
        }
    }
}
