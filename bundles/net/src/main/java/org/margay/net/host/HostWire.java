package org.margay.net.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.PollSet;
import org.margay.chardev.posix.PosixException;
import org.margay.chardev.posix.Wakeup;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.OffloadSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An end of a wire whose frames come from a descriptor of the host and go there, one by each read and write. A thread waits for the
 * descriptor, reads as much as the other side keeps up with, and leaves the rest to the kernel, which has a queue of its own; frames
 * of the other side are written at once, or when there is room again. All but the thread's work is under the machine lock.
 */
public final class HostWire implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostWire.class);

    /** Frames read at once at most, and those read and not yet through. */
    private static final int BATCH = 64;

    private static final int UNDERWAY = 2 * BATCH;

    /** Descriptors in the set that the thread waits for. */
    private static final int FRAMES = 0;

    private static final int WAKEUP = 1;
    private static final int CONTROL = 2;

    private final Machine machine;
    private final Descriptor descriptor;
    private final FrameFormat format;
    private final NetClient client;
    private final Wakeup wakeup;
    private final Thread reader;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment outgoing;

    /** Read, but not yet taken by the other side. */
    private final Queue<Frame> incoming = new ArrayDeque<>();

    /** The other side is to tell before the next of {@link #incoming} goes. */
    private boolean stalled;

    /** What {@link #format} knows of the other side. */
    private OffloadSet peerOffloads = OffloadSet.NONE;

    /** The host had no room for it. */
    private @Nullable Frame stuck;

    /** Frames read that are not through. */
    private final AtomicInteger underway = new AtomicInteger();

    private volatile boolean awaitsRoom;
    private volatile boolean awaitsWriting;
    private volatile boolean closed;

    private final class Handler implements NetClient.Handler {
        @Override
        public boolean canReceive() {
            return stuck == null;
        }

        @Override
        public void receive(Frame frame) {
            if (!write(frame)) {
                stuck = frame;
                awaitWriting();
            }
        }

        @Override
        public void drained() {
            stalled = false;
            deliver();
        }

        @Override
        public OffloadSet offloads() {
            return format.offloads();
        }
    }

    /**
     * Makes the end and starts the thread.
     *
     * @param id its name
     * @param descriptor is closed with the wire, and here too when the wire can't be made
     * @param control when it hangs up, the host's side has gone; closed as well; null for none
     */
    public HostWire(String id, Machine machine, Descriptor descriptor, @Nullable Descriptor control, FrameFormat format)
            throws PosixException {
        this.machine = machine;
        this.descriptor = descriptor;
        this.format = format;
        this.client = new NetClient(id, new Handler());
        this.outgoing = arena.allocate(format.maximum());
        try {
            descriptor.setNonBlocking();
            this.wakeup = new Wakeup();
        } catch (PosixException e) {
            arena.close();
            descriptor.close();
            if (control != null) {
                control.close();
            }
            throw e;
        }
        this.reader = Thread.ofPlatform().daemon().name("netdev-" + id).unstarted(() -> readUntilClosed(control));
        reader.start();
    }

    /** The end of the wire. */
    public NetClient client() {
        return client;
    }

    // --- the thread ---

    private void readUntilClosed(@Nullable Descriptor control) {
        Descriptor[] waitedFor = control == null
                ? new Descriptor[] {descriptor, wakeup.descriptor()}
                : new Descriptor[] {descriptor, wakeup.descriptor(), control};
        try (Arena own = Arena.ofConfined();
                PollSet polled = new PollSet(waitedFor)) {
            MemorySegment buffer = own.allocate(format.maximum());
            polled.want(WAKEUP, PollSet.IN);
            if (control != null) {
                polled.want(CONTROL, PollSet.IN);
            }
            while (!closed) {
                boolean room = hasRoom();
                polled.want(FRAMES, (room ? PollSet.IN : 0) | (awaitsWriting ? PollSet.OUT : 0));
                polled.await(PollSet.FOREVER);
                if (polled.ready(WAKEUP) != 0) {
                    wakeup.clear();
                }
                if (control != null && polled.ready(CONTROL) != 0 && control.read(buffer) == 0) {
                    hangUp("the connection is closed");
                    return;
                }
                serve(polled.ready(FRAMES), room, buffer);
            }
        } catch (PosixException e) {
            hangUp(String.valueOf(e.getMessage()));
        } finally {
            if (control != null) {
                control.close();
            }
        }
    }

    private boolean hasRoom() {
        if (underway.get() < UNDERWAY) {
            return true;
        }
        awaitsRoom = true;
        // Looked at again: what went through in between did not wake anybody.
        boolean room = underway.get() <= BATCH;
        awaitsRoom = !room;
        return room;
    }

    private void serve(int ready, boolean room, MemorySegment buffer) throws PosixException {
        if (ready != 0 && ready != PollSet.IN && awaitsWriting) {
            awaitsWriting = false;
            machine.later(this::writeStuck);
        }
        if (room && (ready & ~PollSet.OUT) != 0) {
            List<Frame> batch = readBatch(buffer);
            if (!batch.isEmpty()) {
                underway.addAndGet(batch.size());
                machine.later(() -> arrived(batch));
            }
        }
    }

    private List<Frame> readBatch(MemorySegment buffer) throws PosixException {
        List<Frame> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int length = descriptor.read(buffer);
            if (length == Descriptor.WOULD_BLOCK) {
                break;
            }
            Frame frame = format.decode(buffer.asSlice(0, length));
            if (frame != null) {
                batch.add(frame);
            }
        }
        return batch;
    }

    /** The host's side is gone for good. */
    private void hangUp(String why) {
        if (!closed) {
            LOG.warn("netdev {}: the host's side is gone: {}", client.name(), why);
            machine.later(() -> client.setLink(false));
        }
    }

    // --- under the machine lock ---

    private void arrived(List<Frame> batch) {
        if (closed) {
            return;
        }
        OffloadSet offloads = client.peerOffloads();
        if (!offloads.equals(peerOffloads)) {
            peerOffloads = offloads;
            format.peerTakes(offloads);
        }
        incoming.addAll(batch);
        deliver();
    }

    private void deliver() {
        int through = 0;
        for (Frame frame = next(); frame != null; frame = next()) {
            stalled = !client.send(frame);
            through++;
        }
        if (underway.addAndGet(-through) <= BATCH && awaitsRoom && !closed) {
            awaitsRoom = false;
            wakeup.signal();
        }
    }

    private @Nullable Frame next() {
        return stalled ? null : incoming.poll();
    }

    /** False when there is no room now. A frame that the host refuses is lost, as on any wire. */
    private boolean write(Frame frame) {
        if (closed || frame.length() > Frame.MAXIMUM) {
            return true;
        }
        int length = format.encode(frame, outgoing);
        try {
            return descriptor.write(outgoing.asSlice(0, length)) != Descriptor.WOULD_BLOCK;
        } catch (PosixException e) {
            LOG.trace("netdev {}: lost a frame of {} bytes: {}", client.name(), frame.length(), e.getMessage());
            return true;
        }
    }

    private void writeStuck() {
        Frame frame = stuck;
        if (frame == null || closed) {
            return;
        }
        if (write(frame)) {
            stuck = null;
            client.ready();
        } else {
            awaitWriting();
        }
    }

    private void awaitWriting() {
        awaitsWriting = true;
        wakeup.signal();
    }

    /** Takes the wire off, ends the thread, and closes the descriptors. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        client.close();
        closed = true;
        wakeup.signal();
        awaitEnd();
        descriptor.close();
        wakeup.close();
        arena.close();
        incoming.clear();
    }

    /** The thread never waits for the machine lock: it ends at once. */
    private void awaitEnd() {
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
