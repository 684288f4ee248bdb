package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.NoSpaceException;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.qmp.QmpLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies into a drive's image what lies below it, while the guest goes on: at the end the image needs its backing files no more, or only
 * those from a base on. Several workers read and write at the same time; what the guest writes meanwhile is left alone.
 */
public final class StreamJob {
    private static final Logger LOG = LoggerFactory.getLogger(StreamJob.class);

    /** One reads while others write. */
    private static final int WORKERS = 3;

    /** Bytes that are copied before they are made stable, while others go on: the end need not wait for the disk to take them all. */
    private static final long FLUSH_EVERY = 64L << 20;

    /**
     * How far it is.
     *
     * @param len bytes in all
     * @param offset bytes done
     * @param speed bytes a second that it may do; 0: any
     */
    public record Progress(String type, String device, long len, long offset, long speed) {}

    /** The end of one that failed. */
    record Failed(String type, String device, long len, long offset, long speed, String error) {}

    private final Machine machine;
    private final QmpLoop loop;
    private final BlockDrive drive;
    private final BlockNode root;
    private final @Nullable BlockNode base;
    private final long total;
    private final Thread thread;

    /** All guarded by this. */
    private long next;

    private long done;
    /** Copied since the last flush began. */
    private long unstable;

    private long speed;
    private @Nullable TokenBucket bucket;
    private boolean cancelled;
    /** Whether the image needs what lay below it no more. */
    private boolean finished;

    private @Nullable Exception failure;

    private StreamJob(Machine machine, QmpLoop loop, BlockDrive drive, Medium medium, @Nullable BlockNode base) {
        this.machine = machine;
        this.loop = loop;
        this.drive = drive;
        this.root = medium.root();
        this.base = base;
        this.total = root.length();
        this.thread = Thread.ofVirtual().name("stream " + drive.id()).unstarted(this::run);
    }

    /**
     * Starts one on a drive that is free, and claims it. Under the machine lock.
     *
     * @param base a node below the drive's root, or null
     */
    public static void start(
            Machine machine, QmpLoop loop, BlockDrive drive, Medium medium, @Nullable BlockNode base, long speed) {
        StreamJob job = new StreamJob(machine, loop, drive, medium, base);
        job.setSpeed(speed);
        drive.claim();
        drive.setJob(job);
        job.thread.start();
    }

    /** Any thread. */
    public synchronized Progress progress() {
        return new Progress("stream", drive.id(), total, done, speed);
    }

    /**
     * Limits it. Any thread.
     *
     * @param bytes a second; 0: as fast as it can
     */
    public synchronized void setSpeed(long bytes) {
        speed = bytes;
        bucket = bytes == 0
                ? null
                : new TokenBucket(
                        Limits.Limit.of(bytes), machine.realtimeClock().nanos());
        notifyAll();
    }

    /** Has it end soon; the image keeps what was copied, and its backing file. Any thread. */
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    /** Waits for its end, when the machine ends: no turns are to be had any more. */
    void cancelAndWait() {
        cancel();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOver() {
        return cancelled || failure != null;
    }

    private void run() {
        try {
            List<BlockNode> unused = new ArrayList<>();
            if (root instanceof ImageNode top && top.backing() != null && !same(top.backing(), base)) {
                work(top, unused);
            } else {
                finish();
            }
            unused.forEach(Media::close);
        } catch (RuntimeException | LinkageError | OutOfMemoryError | AssertionError e) {
            LOG.error("stream {}: internal error", drive.id(), e);
            fail(new IOException("internal error", e));
        } finally {
            loop.run(this::end);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Nodes are themselves.
    private static boolean same(@Nullable BlockNode one, @Nullable BlockNode other) {
        return one == other;
    }

    private void work(ImageNode top, List<BlockNode> unused) {
        RangeGuard guard = drive.rangeGuard();
        quietly(() -> drive.setGuard(guard));
        CopyUp copyUp = new CopyUp(top, base, false);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofVirtual().name("stream " + drive.id()).start(() -> copyAll(copyUp, guard)));
        }
        workers.forEach(StreamJob::join);
        quietly(() -> {
            drive.setGuard(null);
            if (!isOver()) {
                drop(top, unused);
            }
        });
    }

    private synchronized void finish() {
        finished = true;
        done = total;
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts jobs", e);
        }
    }

    /** Does something while the drive does nothing. */
    private void quietly(Runnable action) {
        loop.run(drive::hold);
        try {
            drive.awaitQuiet();
            action.run();
        } finally {
            loop.run(drive::release);
        }
    }

    private void copyAll(CopyUp copyUp, RangeGuard guard) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = CopyUp.buffer(arena, CopyUp.CHUNK);
            for (long at = claim(); at < total; at = claim()) {
                copyChunk(copyUp, guard, at, Math.min(CopyUp.CHUNK, total - at), buffer);
            }
        } catch (IOException e) {
            LOG.warn("stream {}: {}", drive.id(), e.getMessage());
            fail(e);
        } catch (RuntimeException | LinkageError | OutOfMemoryError | AssertionError e) {
            LOG.error("stream {}: internal error", drive.id(), e);
            fail(new IOException("internal error", e));
        }
    }

    /** The next range for a worker, or the end. */
    private synchronized long claim() {
        if (isOver()) {
            return total;
        }
        long mine = next;
        next = Math.min(total, next + CopyUp.CHUNK);
        return mine;
    }

    private synchronized void fail(Exception why) {
        failure = failure == null ? why : failure;
        notifyAll();
    }

    private void copyChunk(CopyUp copyUp, RangeGuard guard, long offset, long length, MemorySegment buffer)
            throws IOException {
        long at = offset;
        long end = offset + length;
        while (at < end && !isOver()) {
            CopyUp.Part part = copyUp.part(at, end - at);
            long from = at;
            if (part.need() != CopyUp.Need.NOTHING) {
                if (part.need() == CopyUp.Need.COPY) {
                    pace(part.length());
                }
                if (isOver()) {
                    return;
                }
                guard.copying(from, part.length(), () -> copyUp.copy(from, part.length(), buffer));
                if (needsFlush(part)) {
                    root.flush();
                }
            }
            at += part.length();
            count(part.length());
        }
    }

    private synchronized boolean needsFlush(CopyUp.Part copied) {
        unstable += copied.need() == CopyUp.Need.COPY ? copied.length() : 0;
        if (unstable < FLUSH_EVERY) {
            return false;
        }
        unstable = 0;
        return true;
    }

    private synchronized void count(long bytes) {
        done += bytes;
    }

    /** Waits until the speed allows so many bytes more. */
    private synchronized void pace(long bytes) {
        while (!isOver() && bucket != null) {
            long now = machine.realtimeClock().nanos();
            long delay = bucket.delay(now);
            if (delay == 0) {
                bucket.take((double) bytes);
                return;
            }
            wakeAt(now + delay);
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts jobs", e);
            }
        }
    }

    private void wakeAt(long deadline) {
        machine.later(() -> {
            Timer timer = machine.realtimeClock().timer(this::wake);
            timer.arm(deadline);
        });
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** The image is by itself, but for the base. While the drive is quiet. */
    private void drop(ImageNode top, List<BlockNode> unused) {
        try {
            top.flush();
            top.changeBackingLink(
                    base == null ? null : new BackingLink(ImageOpener.absolute(base.filename()), base.driver()));
            top.flush();
        } catch (IOException e) {
            LOG.warn("stream {}: {}", drive.id(), e.getMessage());
            fail(e);
            return;
        }
        @Nullable BlockNode first = top.backing();
        @Nullable BlockNode last = first;
        while (last instanceof ImageNode image && image.backing() != null && !same(image.backing(), base)) {
            last = image.backing();
        }
        if (base != null && last instanceof ImageNode image) {
            image.setBacking(null);
        }
        top.setBacking(base);
        if (first != null) {
            unused.add(first);
        }
        finish();
    }

    private void end() {
        drive.setJob(null);
        drive.unclaim();
        Progress at = progress();
        Exception why;
        boolean good;
        synchronized (this) {
            why = failure;
            good = finished;
        }
        if (!good && why != null) {
            String text = why instanceof NoSpaceException ? "No space left on device" : "Input/output error";
            machine.emit(
                    "BLOCK_JOB_COMPLETED", new Failed(at.type(), at.device(), at.len(), at.offset(), at.speed(), text));
        } else {
            machine.emit(good ? "BLOCK_JOB_COMPLETED" : "BLOCK_JOB_CANCELLED", at);
        }
    }
}
