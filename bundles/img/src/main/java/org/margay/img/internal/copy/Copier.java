package org.margay.img.internal.copy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.CompressedWriter;
import org.margay.img.internal.text.Progress;
import org.margay.memory.IoVector;

/**
 * Copies an image into another: several requests at a time, each of one window of the image. Reading is done in any order; writing
 * in the order of the image where the plan says so, so that formats which allocate as they are written lie in the order in which
 * they will be read.
 */
public final class Copier {
    /** Bytes of a request. Twice as much was not faster, a quarter was slower by a tenth. */
    private static final long WINDOW = 2 << 20;

    /** Windows of nothing but zeros may be so many times larger. */
    private static final long ZERO_WINDOWS = 128;

    private static final long PAGE = 4096;

    /** A part of the image: to be looked at, or known to be zeros as a whole. */
    private record Window(long number, long offset, long length, boolean zero) {
        long end() {
            return offset + length;
        }
    }

    /** A part of a window. */
    private record Run(long offset, long length, boolean zero) {}

    private final CopyPlan plan;
    private final Source source;
    private final Progress progress;
    private final Turns turns = new Turns();
    private long position;
    private long windows;

    public Copier(CopyPlan plan, Progress progress) {
        this.plan = plan;
        this.source = plan.source();
        this.progress = progress;
    }

    /**
     * Copies all. Nothing is flushed.
     *
     * @throws IOException with the place where it failed; the target's content is open then
     */
    public void run() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Workers.run(plan.requests(), _ -> {
                try {
                    work(arena.allocate(WINDOW, PAGE));
                } catch (IOException | RuntimeException | Error e) {
                    turns.abandon();
                    throw e;
                }
            });
        }
    }

    private void work(MemorySegment buffer) throws IOException, InterruptedException {
        for (@Nullable Window window = next(); window != null && !turns.abandoned(); window = next()) {
            if (window.zero()) {
                if (take(window)) {
                    writeZeroes(window.offset(), window.length());
                    pass();
                }
            } else {
                List<Run> runs = read(window, buffer);
                if (take(window)) {
                    write(window, runs, buffer);
                    pass();
                }
            }
            progress.advance(window.length());
        }
    }

    private boolean take(Window window) throws InterruptedException {
        return !plan.inOrder() || turns.await(window.number());
    }

    private void pass() {
        if (plan.inOrder()) {
            turns.pass();
        }
    }

    /** The next window that there is something to do for, or null. Windows end where multiples of their size are. */
    private synchronized @Nullable Window next() throws IOException {
        long end = source.length();
        while (position < end) {
            long offset = position;
            long windowEnd = Math.min(end, (offset / WINDOW + 1) * WINDOW);
            if (plan.sparse() > 0) {
                ChainExtent extent = source.extent(offset, Math.min(end - offset, WINDOW * ZERO_WINDOWS));
                long extentEnd = offset + extent.length();
                boolean whole = extentEnd >= windowEnd;
                if (whole && leftOut(extent)) {
                    position = extentEnd;
                    progress.advance(extent.length());
                    continue;
                }
                if (whole && extent.zero()) {
                    position = extentEnd == end ? end : extentEnd / WINDOW * WINDOW;
                    return new Window(windows++, offset, position - offset, true);
                }
            }
            position = windowEnd;
            return new Window(windows++, offset, windowEnd - offset, false);
        }
        return null;
    }

    /** Whether the target shows this already. */
    private boolean leftOut(ChainExtent extent) {
        return plan.backedTarget() ? !extent.present() : extent.zero() && plan.zeroTarget();
    }

    /** Reads what is data of a window into the buffer; the rest of the buffer is left as it was. */
    private List<Run> read(Window window, MemorySegment buffer) throws IOException {
        List<Run> runs = new ArrayList<>();
        if (plan.sparse() == 0) {
            source.read(window.offset(), buffer.asSlice(0, window.length()));
            runs.add(new Run(window.offset(), window.length(), false));
            return runs;
        }
        long dataStart = -1;
        for (long at = window.offset(); at < window.end(); ) {
            ChainExtent extent = source.extent(at, window.end() - at);
            if (extent.data()) {
                dataStart = dataStart < 0 ? at : dataStart;
            } else {
                readData(window, dataStart, at, buffer, runs);
                dataStart = -1;
                if (!leftOut(extent)) {
                    runs.add(new Run(at, extent.length(), true));
                }
            }
            at += extent.length();
        }
        readData(window, dataStart, window.end(), buffer, runs);
        return runs;
    }

    private void readData(Window window, long from, long to, MemorySegment buffer, List<Run> runs) throws IOException {
        if (from < 0) {
            return;
        }
        source.read(from, buffer.asSlice(from - window.offset(), to - from));
        long start = from;
        boolean zero = false;
        for (long at = from; at < to; ) {
            long blockEnd = Math.min(to, (at / plan.sparse() + 1) * plan.sparse());
            boolean blockZero = Zeros.are(buffer, at - window.offset(), blockEnd - at);
            if (at == from) {
                zero = blockZero;
            } else if (blockZero != zero) {
                addRun(runs, start, at, zero);
                start = at;
                zero = blockZero;
            }
            at = blockEnd;
        }
        addRun(runs, start, to, zero);
    }

    private void addRun(List<Run> runs, long from, long to, boolean zero) {
        if (!zero || plan.backedTarget() || !plan.zeroTarget()) {
            runs.add(new Run(from, to - from, zero));
        }
    }

    private void write(Window window, List<Run> runs, MemorySegment buffer) throws IOException {
        if (plan.clusterSize() > 0) {
            writeCompressed(window, runs, buffer);
            return;
        }
        for (Run run : runs) {
            if (run.zero()) {
                writeZeroes(run.offset(), run.length());
                continue;
            }
            try {
                plan.target()
                        .write(run.offset(), IoVector.of(buffer.asSlice(run.offset() - window.offset(), run.length())));
            } catch (IOException e) {
                throw failed(run.offset(), e);
            }
        }
    }

    private void writeZeroes(long offset, long length) throws IOException {
        try {
            plan.target().writeZeroes(offset, length, true);
        } catch (IOException e) {
            throw failed(offset, e);
        }
    }

    /** Clusters with any data as a whole. */
    private void writeCompressed(Window window, List<Run> runs, MemorySegment buffer) throws IOException {
        CompressedWriter writer = (CompressedWriter) plan.target();
        long covered = window.offset();
        for (Run run : runs) {
            if (!run.zero()) {
                buffer.asSlice(covered - window.offset(), run.offset() - covered)
                        .fill((byte) 0);
                covered = run.offset() + run.length();
            }
        }
        buffer.asSlice(covered - window.offset(), window.end() - covered).fill((byte) 0);
        for (long at = window.offset(); at < window.end(); ) {
            long end = Math.min(window.end(), (at / plan.clusterSize() + 1) * plan.clusterSize());
            long from = at;
            if (runs.stream()
                    .anyMatch(run -> !run.zero() && run.offset() < end && run.offset() + run.length() > from)) {
                try {
                    writer.writeCompressed(at, IoVector.of(buffer.asSlice(at - window.offset(), end - at)));
                } catch (IOException e) {
                    throw failed(at, e);
                }
            } else if (plan.backedTarget() || !plan.zeroTarget()) {
                writeZeroesWhereSaid(runs, at, end);
            }
            at = end;
        }
    }

    private void writeZeroesWhereSaid(List<Run> runs, long from, long to) throws IOException {
        for (Run run : runs) {
            long start = Math.max(from, run.offset());
            long end = Math.min(to, run.offset() + run.length());
            if (start < end) {
                writeZeroes(start, end - start);
            }
        }
    }

    private static IOException failed(long offset, IOException cause) {
        return new IOException("error while writing at byte %d: %s".formatted(offset, cause.getMessage()), cause);
    }
}
