package org.margay.netdev.socket.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;

/** Frames from a peer on their way to the machine. */
final class Inbound implements AutoCloseable {
    /** Bytes underway at most, with what a frame costs besides. */
    private static final int LIMIT = 1 << 20;

    private static final int COST = 256;

    /** Frames given to the machine in one of its turns. */
    private static final int BATCH = 128;

    private final NetClient client;
    private final Machine machine;
    private final Semaphore room = new Semaphore(LIMIT);
    private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean closed;

    /** The other side of the wire is to tell before the next one goes. Under the machine lock. */
    private boolean stalled;

    Inbound(NetClient client, Machine machine) {
        this.client = client;
        this.machine = machine;
    }

    /** Takes a frame; waits while too many are underway. A thread that reads. */
    void add(byte[] frame) throws InterruptedException {
        room.acquire(cost(frame.length));
        frames.add(new Frame(frame));
        schedule();
    }

    private static int cost(int length) {
        return COST + length;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            machine.later(this::turn);
        }
    }

    private void turn() {
        scheduled.set(false);
        deliver();
    }

    private void deliver() {
        for (int i = 0; i < BATCH && !stalled && !closed; i++) {
            Frame frame = frames.poll();
            if (frame == null) {
                return;
            }
            room.release(cost(frame.length()));
            stalled = !client.send(frame);
        }
        if (!stalled && !closed && !frames.isEmpty()) {
            schedule();
        }
    }

    /** Under the machine lock. */
    void drained() {
        stalled = false;
        deliver();
    }

    /** Under the machine lock. */
    @Override
    public void close() {
        closed = true;
        frames.clear();
    }
}
