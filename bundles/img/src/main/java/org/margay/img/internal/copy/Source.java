package org.margay.img.internal.copy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.memory.IoVector;

/** Images behind each other, seen as one; behind their end are zeros. Nobody writes them. Any thread. */
public final class Source {
    /** As many extents as threads may be at, about. */
    private static final int REMEMBERED = 16;

    private record Known(long start, ChainExtent extent) {}

    private final Deque<Known> last = new ArrayDeque<>();
    private final List<? extends BlockNode> nodes;
    private final long[] starts;
    private final long length;
    private final int layers;

    /** @param layers how many images of each chain are looked at for extents */
    public Source(List<? extends BlockNode> nodes, int layers) {
        this.nodes = List.copyOf(nodes);
        this.layers = layers;
        starts = new long[nodes.size()];
        long at = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = at;
            at = Math.addExact(at, nodes.get(i).length());
        }
        length = at;
    }

    /** Bytes of all. */
    public long length() {
        return length;
    }

    /** What is at an offset; not longer than the image that is there. */
    public ChainExtent extent(long offset, long wanted) throws IOException {
        if (offset >= length) {
            return new ChainExtent(wanted, 0, false, true, -1, nodes.getLast());
        }
        @Nullable ChainExtent known = known(offset, wanted);
        return known == null ? ask(offset).part(0, wanted) : known;
    }

    private synchronized @Nullable ChainExtent known(long offset, long wanted) {
        for (Known one : last) {
            if (offset >= one.start() && offset - one.start() < one.extent().length()) {
                return one.extent().part(offset - one.start(), wanted);
            }
        }
        return null;
    }

    /** Asks for as much as there is: hosts may walk over all of a file's pages for each question. */
    private ChainExtent ask(long offset) throws IOException {
        int i = index(offset);
        BlockNode node = nodes.get(i);
        long within = offset - starts[i];
        try {
            ChainExtent extent = ChainExtent.at(node, within, node.length() - within, layers);
            synchronized (this) {
                if (last.size() == REMEMBERED) {
                    last.removeFirst();
                }
                last.addLast(new Known(offset, extent));
            }
            return extent;
        } catch (IOException e) {
            throw new IOException(
                    "error while reading block status at offset %d: %s".formatted(offset, e.getMessage()), e);
        }
    }

    private int index(long offset) {
        int i = starts.length - 1;
        while (starts[i] > offset) {
            i--;
        }
        return i;
    }

    /** Fills a segment; the range is within the length. */
    void read(long offset, MemorySegment target) throws IOException {
        long done = 0;
        while (done < target.byteSize()) {
            int i = index(offset + done);
            long within = offset + done - starts[i];
            long part = Math.min(target.byteSize() - done, nodes.get(i).length() - within);
            try {
                nodes.get(i).read(within, IoVector.of(target.asSlice(done, part)));
            } catch (IOException e) {
                throw new IOException("error while reading at byte %d: %s".formatted(offset + done, e.getMessage()), e);
            }
            done += part;
        }
    }
}
