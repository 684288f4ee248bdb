package org.margay.img.internal.copy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.margay.img.internal.text.Progress;

/** Finds the first place where two images differ. */
public final class Comparison {
    private static final long WINDOW = 2 << 20;
    private static final long PAGE = 4096;
    private static final long SECTOR = 512;

    private final Source first;
    private final Source second;
    private final long end;
    private final Progress progress;
    private final AtomicLong difference = new AtomicLong(Long.MAX_VALUE);
    private long position;

    /** @param end where to stop; the shorter image has zeros behind its end */
    public Comparison(Source first, Source second, long end, Progress progress) {
        this.first = first;
        this.second = second;
        this.end = end;
        this.progress = progress;
    }

    /**
     * Compares the content.
     *
     * @return offset of the first sector that differs, or -1
     */
    public long contents(int requests) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Workers.run(requests, _ -> {
                MemorySegment one = arena.allocate(WINDOW, PAGE);
                MemorySegment two = arena.allocate(WINDOW, PAGE);
                for (long at = next(); at >= 0; at = next()) {
                    compare(at, one, two);
                }
            });
        }
        long found = difference.get();
        return found == Long.MAX_VALUE ? -1 : found / SECTOR * SECTOR;
    }

    /**
     * Compares what is allocated.
     *
     * @return offset of the first difference, or -1
     */
    public long allocation() throws IOException {
        for (long at = 0; at < end; ) {
            ChainExtent one = first.extent(at, end - at);
            ChainExtent two = second.extent(at, end - at);
            if (one.present() != two.present() || one.zero() != two.zero()) {
                return at;
            }
            at += Math.min(one.length(), two.length());
        }
        return -1;
    }

    /** Where the next window begins that may differ, or -1. */
    private synchronized long next() throws IOException {
        while (position < end && position < difference.get()) {
            long at = position;
            long windowEnd = Math.min(end, (at / WINDOW + 1) * WINDOW);
            ChainExtent one = first.extent(at, end - at);
            ChainExtent two = second.extent(at, end - at);
            long same = Math.min(one.length(), two.length());
            if (one.zero() && two.zero()) {
                position = at + same;
                progress.advance(same);
            } else {
                position = windowEnd;
                return at;
            }
        }
        return -1;
    }

    private void compare(long from, MemorySegment one, MemorySegment two) throws IOException {
        long windowEnd = Math.min(end, (from / WINDOW + 1) * WINDOW);
        for (long at = from; at < windowEnd; ) {
            ChainExtent a = first.extent(at, windowEnd - at);
            ChainExtent b = second.extent(at, windowEnd - at);
            long length = Math.min(a.length(), b.length());
            if (!a.zero() || !b.zero()) {
                fill(first, a, at, one.asSlice(0, length));
                fill(second, b, at, two.asSlice(0, length));
                long differs = MemorySegment.mismatch(one, 0, length, two, 0, length);
                if (differs >= 0) {
                    difference.accumulateAndGet(at + differs, Math::min);
                    return;
                }
            }
            at += length;
        }
        progress.advance(windowEnd - from);
    }

    private static void fill(Source source, ChainExtent extent, long offset, MemorySegment target) throws IOException {
        if (extent.zero()) {
            target.fill((byte) 0);
        } else {
            source.read(offset, target);
        }
    }
}
