package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * A simple format with backing files, for tests: a page of header, a byte for each cluster, then the clusters in their order. Steps can be
 * made to fail.
 */
public final class LayerFormat implements ImageFormat {
    public static final int CLUSTER = 4096;
    private static final int MAGIC = 0x4C415952;
    private static final long DATA = 1 << 20;

    /** Asked before each step, such as "create /vm/s1": an exception to be thrown, or null. */
    public Function<String, @Nullable IOException> faults = _ -> null;

    /** Open nodes by file name. */
    public final Map<String, Integer> open = new HashMap<>();

    /** No options. */
    public record Options() {}

    private void step(String what) throws IOException {
        IOException fault = faults.apply(what);
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public String name() {
        return "layer";
    }

    @Override
    public String description() {
        return "for tests";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        return head.byteSize() >= 4 && head.get(ValueLayout.JAVA_INT_UNALIGNED, 0) == MAGIC ? 100 : 0;
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        step("create " + file.filename());
        file.resize(DATA + request.size());
        writeHeader(file, request.size(), request.backing());
    }

    private static void writeHeader(BlockNode file, long size, @Nullable BackingLink backing) throws IOException {
        MemorySegment header = Arena.ofAuto().allocate(CLUSTER);
        header.set(ValueLayout.JAVA_INT_UNALIGNED, 0, MAGIC);
        header.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, size);
        if (backing != null) {
            header.set(ValueLayout.JAVA_INT_UNALIGNED, 4, 1);
            header.setString(16, backing.filename());
            header.setString(2048, String.valueOf(backing.format()));
        }
        file.write(0, IoVector.of(header));
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        step("open " + file.filename());
        MemorySegment header = Arena.ofAuto().allocate(CLUSTER);
        file.read(0, IoVector.of(header));
        if (header.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != MAGIC) {
            throw new ImageException("not a layer");
        }
        BackingLink link = header.get(ValueLayout.JAVA_INT_UNALIGNED, 4) == 1
                ? new BackingLink(header.getString(16), header.getString(2048))
                : null;
        open.merge(file.filename(), 1, Integer::sum);
        return new Layer(file, header.get(ValueLayout.JAVA_LONG_UNALIGNED, 8), link);
    }

    private final class Layer implements ImageNode {
        private final BlockNode file;
        private final long length;
        private @Nullable BackingLink link;
        private volatile @Nullable BlockNode backing;
        private final boolean[] there;

        Layer(BlockNode file, long length, @Nullable BackingLink link) throws IOException {
            this.file = file;
            this.length = length;
            this.link = link;
            this.there = new boolean[(int) ((length + CLUSTER - 1) / CLUSTER)];
            MemorySegment map = Arena.ofAuto().allocate(Math.max(1, there.length));
            file.read(CLUSTER, IoVector.of(map));
            for (int i = 0; i < there.length; i++) {
                there[i] = map.get(ValueLayout.JAVA_BYTE, i) != 0;
            }
        }

        @Override
        public String driver() {
            return name();
        }

        @Override
        public BlockNode file() {
            return file;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean readOnly() {
            return file.readOnly();
        }

        @Override
        public Optional<BackingLink> backingLink() {
            return Optional.ofNullable(link);
        }

        @Override
        public @Nullable BlockNode backing() {
            return backing;
        }

        @Override
        public void setBacking(@Nullable BlockNode change) {
            backing = change;
        }

        @Override
        public void changeBackingLink(@Nullable BackingLink change) throws IOException {
            step("link " + filename());
            writeHeader(file, length, change);
            link = change;
        }

        @Override
        public synchronized void read(long offset, IoVector target) throws IOException {
            Ranges.check(this, offset, target.size());
            step("read " + filename());
            for (long done = 0; done < target.size(); ) {
                long at = offset + done;
                long part = Math.min(CLUSTER - at % CLUSTER, target.size() - done);
                IoVector piece = target.slice(done, part);
                if (there[(int) (at / CLUSTER)]) {
                    file.read(DATA + at, piece);
                } else {
                    Backing.read(backing, at, piece);
                }
                done += part;
            }
        }

        @Override
        public synchronized void write(long offset, IoVector source) throws IOException {
            Ranges.checkWrite(this, offset, source.size());
            step("write " + filename());
            for (long done = 0; done < source.size(); ) {
                long at = offset + done;
                long part = Math.min(CLUSTER - at % CLUSTER, source.size() - done);
                int cluster = (int) (at / CLUSTER);
                if (!there[cluster]) {
                    long begin = (long) cluster * CLUSTER;
                    IoVector whole = IoVector.of(Arena.ofAuto().allocate(Math.min(CLUSTER, length - begin)));
                    Backing.read(backing, begin, whole);
                    file.write(DATA + begin, whole);
                    MemorySegment one = Arena.ofAuto().allocate(1);
                    one.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                    file.write(CLUSTER + cluster, IoVector.of(one));
                    there[cluster] = true;
                }
                file.write(DATA + at, source.slice(done, part));
                done += part;
            }
        }

        @Override
        public void writeZeroes(long offset, long count, boolean mayUnmap) throws IOException {
            write(offset, IoVector.of(Arena.ofAuto().allocate(count)));
        }

        @Override
        public void flush() throws IOException {
            step("flush " + filename());
            file.flush();
        }

        @Override
        public synchronized Extent extent(long offset, long wanted) {
            boolean first = there[(int) (offset / CLUSTER)];
            long end = offset;
            while (end < offset + wanted && there[(int) (end / CLUSTER)] == first) {
                end = Math.min(offset + wanted, (end / CLUSTER + 1) * CLUSTER);
            }
            return first ? Extent.data(end - offset) : Extent.unallocated(end - offset);
        }

        @Override
        public ImageDetails details() {
            return ImageDetails.NONE;
        }

        @Override
        public void reopen(boolean readOnly) throws IOException {
            step("reopen " + filename());
            file.reopen(readOnly);
        }

        @Override
        public void close() throws IOException {
            open.merge(filename(), -1, Integer::sum);
            if (backing != null) {
                backing.close();
            }
            file.close();
        }
    }
}
