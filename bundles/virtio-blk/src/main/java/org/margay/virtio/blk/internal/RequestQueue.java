package org.margay.virtio.blk.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.DriveOperation;
import org.margay.machine.Machine;
import org.margay.pci.DmaMapping;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/**
 * A queue of requests: takes them all when the driver tells of them, has the drive work on them at the same time, and gives them back
 * as they are done, those that are done together with one interrupt. They are taken on the vCPU's thread: what the host has in its
 * memory is read there and then, what it takes into its memory is written, and the guest finds its request done before it has gone to sleep
 * over it.
 */
final class RequestQueue {
    /**
     * A queue.
     *
     * @param held requests that were taken from it and are not done, in the order in which they were taken
     * @param pending whether it is to be looked at soon
     * @param interrupt whether the driver is to be interrupted soon
     */
    record State(List<VirtqueueElement.State> held, boolean pending, boolean interrupt) {
        State {
            if (held.size() > Virtqueue.MAXIMUM_SIZE) {
                throw new IllegalArgumentException("%d requests under way".formatted(held.size()));
            }
            held = List.copyOf(held);
        }
    }

    /** Bytes that are read, or written, at once in a turn; the vCPU waits so long, and for reads who else wants the machine lock. */
    private static final int MOST_AT_ONCE = 1 << 20;

    /** A request that the drive works on. */
    private record Request(
            VirtqueueElement element, @Nullable DmaMapping read) {}

    /** A write that waits for the end of taking. */
    private record Held(Request request, DriveOperation.Write write) {}

    private final VirtioTransport transport;
    private final VirtioBlk disk;
    private final Virtqueue queue;
    private final BottomHalf work;
    private final BottomHalf resume;
    private final BottomHalf interrupt;
    /** In the order of taking, so that states can be compared; of any other use is only what is in it. */
    private final Set<Request> underWay = new LinkedHashSet<>();
    /** Taken before the state was saved; guest memory can't be looked at while it is restored. */
    private final Deque<VirtqueueElement> restored = new ArrayDeque<>();

    /** Whether requests are being taken: what is finished meanwhile is told at the end of it. */
    private boolean taking;

    private boolean finished;
    private int readAtOnce;
    /** Writes that came while nothing else was under way: the guest may well wait for them. */
    private List<Held> writes = new ArrayList<>();

    private int writeAtOnce;

    RequestQueue(VirtioTransport transport, VirtioBlk disk, Machine machine, int size) {
        this.transport = transport;
        this.disk = disk;
        work = new BottomHalf(machine, this::work);
        resume = new BottomHalf(machine, this::resume);
        queue = transport.addQueue(size, this::work);
        interrupt = new BottomHalf(machine, queue::notifyDriver);
    }

    void wake() {
        work.schedule();
    }

    private void resume() {
        while (!restored.isEmpty()) {
            start(restored.removeFirst());
        }
    }

    private void work() {
        taking = true;
        finished = false;
        readAtOnce = 0;
        try {
            resume();
            take();
        } finally {
            taking = false;
        }
        if (finished) {
            queue.notifyDriver();
        }
        writeHere();
    }

    private void take() {
        queue.notifications(false);
        // A driver may fill the queue as fast as it is emptied: others have their turn too.
        for (int i = 0; i < queue.size(); i++) {
            VirtqueueElement element = queue.popOrAwait();
            if (element == null) {
                return;
            }
            start(element);
        }
        work.schedule();
    }

    private void start(VirtqueueElement element) {
        if (element.readable() < RequestHeader.SIZE || element.writable() < 1) {
            transport.fail("request of %d bytes with room for %d".formatted(element.readable(), element.writable()));
            return;
        }
        RequestHeader header = RequestHeader.read(element);
        switch (header.type()) {
            case RequestHeader.IN -> read(header.sector(), element);
            case RequestHeader.OUT -> write(header.sector(), element);
            case RequestHeader.FLUSH -> submit(new Request(element, null), new DriveOperation.Flush());
            case RequestHeader.GET_ID -> {
                byte[] serial = disk.serial();
                element.write(0, serial, 0, Math.min(serial.length, element.writable() - 1));
                finish(element, RequestStatus.OK);
            }
            case RequestHeader.DISCARD -> range(element, BlkFeature.DISCARD);
            case RequestHeader.WRITE_ZEROES -> range(element, BlkFeature.WRITE_ZEROES);
            default -> finish(element, RequestStatus.UNSUPPORTED);
        }
    }

    private void read(long sector, VirtqueueElement element) {
        int length = element.writable() - 1;
        if (!disk.covers(sector, length)) {
            finish(element, RequestStatus.IO_ERROR);
        } else {
            DmaMapping memory = element.mapWritable(0, length);
            DriveOperation.Read read = new DriveOperation.Read(sector * Sector.SIZE, memory.vector());
            if (readNow(read, length)) {
                memory.written();
                finish(element, RequestStatus.OK);
            } else {
                submit(new Request(element, memory), read);
            }
        }
    }

    private boolean readNow(DriveOperation.Read read, int length) {
        if (length > MOST_AT_ONCE - readAtOnce || !disk.drive().readNow(read)) {
            return false;
        }
        readAtOnce += length;
        return true;
    }

    private void write(long sector, VirtqueueElement element) {
        int length = element.readable() - RequestHeader.SIZE;
        if (!disk.covers(sector, length) || disk.readOnly()) {
            finish(element, RequestStatus.IO_ERROR);
        } else {
            DmaMapping memory = element.mapReadable(RequestHeader.SIZE, length);
            Request request = new Request(element, null);
            DriveOperation.Write write = new DriveOperation.Write(sector * Sector.SIZE, memory.vector());
            if (taking && underWay.size() == writes.size() && length <= MOST_AT_ONCE - writeAtOnce) {
                underWay.add(request);
                writes.add(new Held(request, write));
                writeAtOnce += length;
            } else {
                submit(request, write);
            }
        }
    }

    /**
     * Writes what was held back for that. The lock is given up meanwhile: the queue may be looked at again, be reset or be saved with these
     * requests in it, before this goes on.
     */
    private void writeHere() {
        if (writes.isEmpty()) {
            return;
        }
        List<Held> mine = writes;
        writes = new ArrayList<>();
        writeAtOnce = 0;
        boolean alone = underWay.size() == mine.size();
        Telling telling = new Telling();
        for (Held held : mine) {
            if (!underWay.contains(held.request)) {
                return;
            }
            if (alone) {
                disk.drive().submitHere(held.write, result -> {
                    underWay.remove(held.request);
                    give(held.request.element, RequestStatus.of(result));
                    telling.tell();
                });
            } else {
                submit(held.request, held.write);
            }
        }
        telling.end();
    }

    /** One interrupt for all that is done by the end of something, then one as usual. */
    private final class Telling {
        private boolean wanted;
        private boolean over;

        void tell() {
            if (over) {
                interrupt.schedule();
            } else {
                wanted = true;
            }
        }

        void end() {
            over = true;
            if (wanted) {
                queue.notifyDriver();
            }
        }
    }

    /** Virtio 1.2, 5.2.6.2: what was not agreed on, or is not known, is unsupported. */
    private void range(VirtqueueElement element, long feature) {
        boolean zeroes = feature == BlkFeature.WRITE_ZEROES;
        RangeRequest range = RangeRequest.read(element).orElse(null);
        if (range == null || !transport.has(feature) || !range.known(zeroes)) {
            finish(element, RequestStatus.UNSUPPORTED);
        } else if (range.sectors() > disk.mostSectors(zeroes)
                || !disk.covers(range.sector(), range.sectors() * Sector.SIZE)
                || disk.readOnly()) {
            finish(element, RequestStatus.IO_ERROR);
        } else {
            submit(new Request(element, null), range.operation(zeroes));
        }
    }

    private void submit(Request request, DriveOperation operation) {
        underWay.add(request);
        disk.drive().submit(operation, result -> {
            underWay.remove(request);
            if (request.read != null) {
                request.read.written();
            }
            finish(request.element, RequestStatus.of(result));
        });
    }

    private void give(VirtqueueElement element, RequestStatus status) {
        element.write(element.writable() - 1, new byte[] {status.value()}, 0, 1);
        queue.push(element, element.writable());
    }

    private void finish(VirtqueueElement element, RequestStatus status) {
        give(element, status);
        if (taking) {
            finished = true;
        } else {
            interrupt.schedule();
        }
    }

    /** The drive has forgotten all that was submitted. */
    void reset() {
        work.cancel();
        resume.cancel();
        interrupt.cancel();
        underWay.clear();
        writes.clear();
        writeAtOnce = 0;
        restored.clear();
    }

    State save() {
        List<VirtqueueElement.State> held = new ArrayList<>();
        restored.forEach(element -> held.add(element.save()));
        for (Request request : underWay) {
            if (queue.awaits(request.element)) {
                held.add(request.element.save());
            }
        }
        return new State(held, work.pending(), interrupt.pending());
    }

    /** Requests that were under way are done again from the beginning: doing one twice does no harm. */
    void restore(State state) {
        state.held.forEach(element -> restored.add(queue.restore(element)));
        if (!restored.isEmpty()) {
            resume.schedule();
        }
        if (state.pending) {
            work.schedule();
        }
        if (state.interrupt) {
            interrupt.schedule();
        }
    }
}
