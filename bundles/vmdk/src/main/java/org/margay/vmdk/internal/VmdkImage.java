package org.margay.vmdk.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.CompressedWriter;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.Ranges;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/**
 * A disk of VMware: a descriptor and the extents that it names, one behind the other.
 *
 * <p>The descriptor has a number for the content, CID. It is another one after each time that the disk was opened and written, so
 * that an image on top of it, which knows the number, can tell that it does not fit any more.
 */
final class VmdkImage implements ImageNode, Checkable, CompressedWriter {
    private final BlockNode file;
    private final @Nullable DescriptorStore store;
    private volatile Descriptor descriptor;

    /** Whether the descriptor is a file of its own; otherwise the only extent has it. */
    private final boolean standalone;

    /** By where they begin. */
    private final TreeMap<Long, BlockNode> extents = new TreeMap<>();

    private long length;
    private volatile boolean readOnly;
    private volatile @Nullable BlockNode backing;

    /** Whether the content has another number since it was opened: on the first write it gets one. */
    private final AtomicBoolean renumbered = new AtomicBoolean();

    private boolean unsaved;

    VmdkImage(
            BlockNode file,
            Descriptor descriptor,
            @Nullable DescriptorStore store,
            boolean standalone,
            boolean readOnly) {
        this.standalone = standalone;
        this.file = file;
        this.descriptor = descriptor;
        this.store = store;
        this.readOnly = readOnly;
    }

    /** Adds an extent behind the others; before the image is used. */
    void add(BlockNode extent) throws ImageException {
        if (extent.length() > 0) {
            extents.put(length, extent);
            length = Math.addExact(length, extent.length());
        }
    }

    /** What extents read where they have no data. */
    Below below() {
        return new Below() {
            @Override
            public void read(long offset, IoVector target) throws IOException {
                BlockNode under = backing;
                if (under instanceof VmdkImage parent && parent.cid() != parentCid()) {
                    throw new ImageException("%s was changed: its CID is %08x, not %08x"
                            .formatted(parent.filename(), parent.cid(), parentCid()));
                }
                Backing.read(under, offset, target);
            }

            @Override
            public boolean any(long offset) {
                BlockNode under = backing;
                return under != null && under.length() > offset;
            }
        };
    }

    long cid() {
        return descriptor.number("CID");
    }

    private long parentCid() {
        return descriptor.number("parentCID");
    }

    @Override
    public String driver() {
        return "vmdk";
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
        return readOnly;
    }

    @Override
    public Optional<BackingLink> backingLink() {
        return parentCid() == Descriptor.NO_PARENT
                ? Optional.empty()
                : descriptor.get("parentFileNameHint").map(name -> new BackingLink(name, "vmdk"));
    }

    @Override
    public @Nullable BlockNode backing() {
        return backing;
    }

    @Override
    public void setBacking(@Nullable BlockNode node) {
        backing = node;
    }

    @Override
    public void changeBackingLink(@Nullable BackingLink link) throws IOException {
        if (store == null) {
            throw new UnsupportedImageException("vmdk: there is no descriptor to be changed");
        }
        synchronized (this) {
            if (link == null) {
                descriptor = descriptor
                        .with("parentCID", Optional.of("ffffffff"))
                        .with("parentFileNameHint", Optional.empty());
            } else if (backing instanceof VmdkImage parent) {
                descriptor = descriptor
                        .with("parentCID", Optional.of("%08x".formatted(parent.cid())))
                        .with("parentFileNameHint", Optional.of("\"" + link.filename() + "\""));
            } else {
                throw new UnsupportedImageException("vmdk: the backing file must be a vmdk image");
            }
            unsaved = true;
        }
        flush();
    }

    /** Does something with each extent that a range touches. */
    private interface Part {
        /**
         * @param at offset in the extent
         * @param done what of the range lies before
         */
        void apply(BlockNode extent, long at, long done, long size) throws IOException;
    }

    private void each(long offset, long size, Part part) throws IOException {
        for (long done = 0; done < size; ) {
            Map.Entry<Long, BlockNode> entry = extents.floorEntry(offset + done);
            long at = offset + done - entry.getKey();
            long count = Math.min(size - done, entry.getValue().length() - at);
            part.apply(entry.getValue(), at, done, count);
            done += count;
        }
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        each(offset, target.size(), (extent, at, done, size) -> extent.read(at, target.slice(done, size)));
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        renumber();
        each(offset, source.size(), (extent, at, done, size) -> extent.write(at, source.slice(done, size)));
    }

    @Override
    public void writeCompressed(long offset, IoVector cluster) throws IOException {
        if (extents.values().stream().noneMatch(StreamExtent.class::isInstance)) {
            throw new UnsupportedImageException("vmdk: only streamOptimized images are compressed");
        }
        if (!cluster.isZero()) {
            write(offset, cluster);
        }
    }

    @Override
    public void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, size);
        renumber();
        each(offset, size, (extent, at, _, count) -> extent.writeZeroes(at, count, mayUnmap));
    }

    @Override
    public void discard(long offset, long size) throws IOException {
        Ranges.checkWrite(this, offset, size);
        renumber();
        each(offset, size, (extent, at, _, count) -> extent.discard(at, count));
    }

    private void renumber() {
        if (!renumbered.get() && renumbered.compareAndSet(false, true)) {
            synchronized (this) {
                long cid = ThreadLocalRandom.current().nextLong(Descriptor.NO_PARENT);
                descriptor = descriptor.with("CID", Optional.of("%08x".formatted(cid)));
                unsaved = true;
            }
        }
    }

    @Override
    public Extent extent(long offset, long size) throws IOException {
        Ranges.check(this, offset, size);
        Map.Entry<Long, BlockNode> entry = extents.floorEntry(offset);
        long at = offset - entry.getKey();
        Extent found =
                entry.getValue().extent(at, Math.min(size, entry.getValue().length() - at));
        // Only the one file that is below has offsets that mean anything to a caller.
        return found.kind() == Extent.Kind.DATA && standalone ? Extent.data(found.length()) : found;
    }

    @Override
    public void flush() throws IOException {
        for (BlockNode extent : extents.values()) {
            extent.flush();
        }
        save();
    }

    private synchronized void save() throws IOException {
        if (unsaved && store != null && !readOnly) {
            store.write(descriptor);
            file.flush();
            unsaved = false;
        }
    }

    @Override
    public long allocatedBytes() throws IOException {
        long sum = standalone ? file.allocatedBytes() : 0;
        for (BlockNode extent : extents.values()) {
            sum += extent.allocatedBytes();
        }
        return sum;
    }

    @Override
    public Result check(Repair repair) throws IOException {
        List<String> findings = new ArrayList<>();
        long total = 0;
        long sound = 0;
        for (BlockNode extent : extents.values()) {
            if (extent instanceof SparseExtent sparse) {
                total += sparse.blocks();
                sound += sparse.check(findings);
            }
        }
        return new Result(findings.size(), 0, 0, 0, findings, total, sound, 0, 0, 0);
    }

    @Override
    public ImageDetails details() {
        int grain = 0;
        List<Map<String, Object>> parts = new ArrayList<>();
        for (BlockNode extent : extents.values()) {
            Map<String, Object> part = new TreeMap<>();
            part.put("virtual-size", extent.length());
            part.put("filename", extent.filename());
            if (extent instanceof SparseExtent sparse) {
                grain = sparse.blockSize();
                part.put("cluster-size", grain);
                part.put("format", standalone ? "SPARSE" : "");
                if (sparse.header().compressed()) {
                    part.put("compressed", true);
                }
            } else {
                part.put("format", "FLAT");
            }
            parts.add(part);
        }
        return new ImageDetails(
                grain,
                false,
                false,
                List.of(),
                Map.of(
                        "cid", cid(),
                        "parent-cid", parentCid(),
                        "create-type", descriptor.createType(),
                        "extents", parts));
    }

    @Override
    public void reopen(boolean change) throws IOException {
        if (change == readOnly) {
            return;
        }
        flush();
        for (BlockNode extent : extents.values()) {
            extent.reopen(change);
        }
        if (standalone) {
            file.reopen(change);
        }
        readOnly = change;
    }

    @Override
    public void close() throws IOException {
        List<BlockNode> all = new ArrayList<>(extents.values());
        if (standalone) {
            all.add(file);
        }
        if (backing != null) {
            all.add(backing);
        }
        try {
            flush();
        } finally {
            Closing.all(all);
        }
    }
}
