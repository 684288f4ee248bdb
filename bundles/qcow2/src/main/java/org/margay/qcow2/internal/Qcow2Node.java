package org.margay.qcow2.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.CompressedWriter;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.Ranges;
import org.margay.block.SnapshotDetails;
import org.margay.block.SnapshotStore;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.SectorCipher;
import org.margay.memory.IoVector;

/** An open qcow2 image. */
final class Qcow2Node implements ImageNode, Checkable, SnapshotStore, CompressedWriter {
    private static final long LEAST_BUFFER = 64 << 10;
    private static final long GREATEST_BUFFER = 256 << 10;

    /** The legacy encryption of this format. */
    private static final int CRYPT_AES = 1;

    private final BlockNode file;
    private final Header header;
    private final Geometry geometry;
    private final Buffers buffers;
    private final Mapping mapping;
    private final CompressedClusters compressed;
    private final GuestReader reader;
    private final MetadataAreas areas = new MetadataAreas();
    private final InFlight inFlight = new InFlight();
    private SnapshotTable.Read snapshots;
    private volatile @Nullable Writing writing;
    private volatile boolean autoclearPending;
    private volatile long length;

    private Qcow2Node(BlockNode file, Header header) throws IOException {
        this.file = file;
        this.header = header;
        this.geometry = header.geometry();
        this.length = header.u64(Header.SIZE);
        this.buffers = new Buffers(Math.clamp(2L * geometry.clusterSize(), LEAST_BUFFER, GREATEST_BUFFER));
        this.mapping = new Mapping(file, buffers, geometry, Tables.readL1(file, buffers, header));
        this.snapshots = SnapshotTable.read(file, header);
        this.compressed = new CompressedClusters(file, buffers, geometry, Codec.of(header.compressionType()));
        this.reader = new GuestReader(file, buffers, geometry, mapping, compressed);
    }

    static Qcow2Node open(BlockNode file, OpenOptions options) throws IOException {
        Qcow2Node node = new Qcow2Node(file, Header.read(file));
        if (!options.readOnly()) {
            node.becomeWritable(options.repair());
        }
        return node;
    }

    /**
     * Makes it ready for writing.
     *
     * @param repair whether reference counts that were not written in time may be mended; otherwise writes are refused until a
     *     check has
     */
    private void becomeWritable(boolean repair) throws IOException {
        @Nullable String unfit = prepareWriting();
        if ((header.incompatible() & Features.CORRUPT) != 0) {
            unfit = "Image is corrupt; cannot be opened read/write";
        }
        boolean dirty = (header.incompatible() & Features.DIRTY) != 0;
        if (unfit == null && dirty && !repair) {
            unfit = "Image was not closed cleanly; its reference counts must be repaired first";
        }
        if (unfit != null) {
            writing().metadata().refuse(unfit);
            if (repair) {
                writing = null;
                throw new ImageException(unfit);
            }
        }
        autoclearPending = header.autoclear() != 0;
        if (dirty && repair) {
            check(Repair.ALL);
        }
    }

    /**
     * Reads what is needed for writing.
     *
     * @return why nothing may be written, or null
     */
    private @Nullable String prepareWriting() throws IOException {
        Refcounts refcounts = new Refcounts(file, buffers, header, areas);
        Metadata metadata =
                new Metadata(file, buffers, header, mapping, areas, inFlight, refcounts, compressed::forget);
        writing =
                new Writing(metadata, new GuestWriter(file, buffers, geometry, mapping, metadata, reader, compressed));
        if (refcounts.problem() != null) {
            return refcounts.problem();
        }
        try {
            takeAreas(refcounts);
            return null;
        } catch (DamagedException e) {
            return e.getMessage();
        }
    }

    private void takeAreas(Refcounts refcounts) throws IOException {
        Writing.takeAreas(areas, header, mapping.l1(), refcounts, snapshots.snapshots(), snapshots.bytes());
    }

    @Override
    public String driver() {
        return "qcow2";
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
        return writing == null;
    }

    @Override
    public Optional<BackingLink> backingLink() {
        return header.backingLink();
    }

    @Override
    public @Nullable BlockNode backing() {
        return reader.backing();
    }

    @Override
    public void setBacking(@Nullable BlockNode node) {
        reader.backing(node);
    }

    @Override
    public boolean encrypted() {
        return header.cryptMethod() == CRYPT_AES;
    }

    @Override
    public boolean locked() {
        return encrypted() && reader.cipher() == null;
    }

    @Override
    public void unlock(String password) throws IOException {
        if (!encrypted()) {
            throw new ImageException("%s is not encrypted".formatted(filename()));
        }
        reader.cipher(new SectorCipher(password));
    }

    private void checkUnlocked() throws ImageException {
        if (locked()) {
            throw new ImageException("%s is encrypted: a password is needed".formatted(filename()));
        }
    }

    private Writing checkWritable() throws IOException {
        Writing now = writing();
        checkUnlocked();
        if (autoclearPending) {
            clearAutoclear(now.metadata());
        }
        return now;
    }

    /** Things that depend on the content and that we don't keep up to date are declared void before it changes. */
    private void clearAutoclear(Metadata metadata) throws IOException {
        metadata.lock().lock();
        try {
            if (autoclearPending) {
                metadata.checkSound();
                header.u64(Header.AUTOCLEAR, 0);
                header.store(file, Header.AUTOCLEAR, Long.BYTES);
                file.flush();
                autoclearPending = false;
            }
        } finally {
            metadata.lock().unlock();
        }
    }

    /** Something that a request does. */
    private interface Action {
        void run() throws IOException;
    }

    /** Runs a request, and notes when it finds damage. */
    private void request(Action action) throws IOException {
        int slot = inFlight.enter();
        try {
            action.run();
        } catch (DamagedException e) {
            noteDamage(e);
            throw e;
        } finally {
            inFlight.leave(slot);
        }
    }

    private void noteDamage(DamagedException e) {
        @Nullable Writing now = writing;
        if (now != null) {
            now.metadata().damaged(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        checkUnlocked();
        int slot = inFlight.enter();
        try {
            reader.read(offset, target);
        } catch (DamagedException e) {
            noteDamage(e);
            throw e;
        } finally {
            inFlight.leave(slot);
        }
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Writing now = checkWritable();
        Ranges.checkWrite(this, offset, source.size());
        request(() -> now.writer().write(offset, source, length));
    }

    @Override
    public void writeCompressed(long offset, IoVector cluster) throws IOException {
        Writing now = checkWritable();
        Ranges.checkWrite(this, offset, cluster.size());
        boolean whole = cluster.size() == geometry.clusterSize() || offset + cluster.size() == length;
        if ((offset & geometry.clusterMask()) != 0 || cluster.size() > geometry.clusterSize() || !whole) {
            throw new ImageException("compressed writes are of one whole cluster");
        }
        if (encrypted()) {
            throw new UnsupportedImageException("encrypted images can't have compressed clusters");
        }
        request(() -> now.writer().writeCompressed(offset, cluster, length));
    }

    @Override
    public void writeZeroes(long offset, long count, boolean mayUnmap) throws IOException {
        Writing now = checkWritable();
        Ranges.checkWrite(this, offset, count);
        request(() -> now.writer().writeZeroes(offset, count, mayUnmap, length));
    }

    @Override
    public void discard(long offset, long count) throws IOException {
        Writing now = checkWritable();
        Ranges.checkWrite(this, offset, count);
        request(() -> now.writer().discard(offset, count, length));
    }

    @Override
    public void flush() throws IOException {
        @Nullable Writing now = writing;
        if (now == null) {
            file.flush();
            return;
        }
        request(now.metadata()::commit);
        now.metadata().reclaim();
    }

    @Override
    public Extent extent(long offset, long count) throws IOException {
        Ranges.check(this, offset, count);
        int slot = inFlight.enter();
        try {
            return reader.extent(offset, count);
        } finally {
            inFlight.leave(slot);
        }
    }

    /** Work on tables as a whole. */
    private <R> R alone(InFlight.Work<R, IOException> work) throws IOException {
        try {
            return inFlight.alone(work);
        } catch (DamagedException e) {
            noteDamage(e);
            throw e;
        }
    }

    @Override
    public void resize(long to) throws IOException {
        // Where nothing has to be encrypted, no password is needed: new images are made so.
        boolean whole = (length & geometry.clusterMask()) == 0 || to <= length;
        Writing now = whole ? writing() : checkWritable();
        if (to < 0 || to % 512 != 0) {
            throw new ImageException("The new size must be a multiple of 512");
        }
        if (geometry.l1Entries(to) > Tables.MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException("The image size is too large for file format 'qcow2'");
        }
        if (geometry.version() < 3 && !snapshots.snapshots().isEmpty()) {
            throw new UnsupportedImageException("Can't resize a version 2 image which has snapshots");
        }
        alone(() -> {
            long from = length;
            if (to > from) {
                resizer(now).grow(from, to);
            } else if (to < from) {
                length = to;
                resizer(now).shrink(from, to);
            }
            length = to;
            return true;
        });
    }

    private Resizer resizer(Writing now) {
        return new Resizer(file, buffers, header, mapping, reader, now);
    }

    /** Gives all clusters a place. The image is new and empty. */
    void preallocate(Preallocation how) throws IOException {
        Writing now = writing();
        long step = (long) geometry.sliceEntries() << geometry.clusterBits();
        for (long at = 0; at < length; at += step) {
            now.writer().preallocate(at, Math.min(step, length - at), how);
        }
    }

    private Writing writing() throws ImageException {
        @Nullable Writing now = writing;
        if (now == null) {
            throw new ImageException("%s is read-only".formatted(filename()));
        }
        return now;
    }

    @Override
    public Result check(Repair repair) throws IOException {
        @Nullable Writing now = writing;
        if (repair != Repair.NOTHING) {
            writing();
        }
        return alone(() -> {
            if (now != null && now.metadata().isSound()) {
                now.metadata().settle();
            }
            Checker checker = checker();
            Result found = checker.run();
            if (now == null || repair == Repair.NOTHING) {
                return found;
            }
            repair(now.metadata(), checker, found, repair);
            Result left = checker().run();
            if (left.corruptions() == 0 && repair == Repair.ALL) {
                writing().metadata().repaired();
            }
            return new Result(
                    left.corruptions(),
                    left.leaks(),
                    found.corruptions() - left.corruptions(),
                    found.leaks() - left.leaks(),
                    found.findings(),
                    left.totalClusters(),
                    left.allocatedClusters(),
                    left.fragmentedClusters(),
                    left.compressedClusters(),
                    left.imageEnd());
        });
    }

    private Checker checker() throws IOException {
        long[] l1 = Tables.readL1(file, buffers, header).copy();
        return new Checker(file, buffers, header, l1, snapshots, new Refcounts(file, buffers, header, areas));
    }

    private void repair(Metadata metadata, Checker checker, Result found, Repair repair) throws IOException {
        if (repair == Repair.ALL && checker.refcountsBroken()) {
            new Rebuilder(file, buffers, header, checker.counts()).run();
        } else if (found.leaks() > 0 && !checker.refcountsBroken()) {
            metadata.setCounts(checker.leaked());
        }
        if (repair == Repair.ALL) {
            // What was in memory may be what is wrong.
            L1Table l1 = Tables.readL1(file, buffers, header);
            mapping.l1().replace(l1.offset(), l1.copy());
            mapping.cache().clear();
            compressed.forget();
            @Nullable String unfit = prepareWriting();
            if (unfit != null) {
                writing().metadata().refuse(unfit);
            } else if (found.corruptions() > 0) {
                refreshFlags();
                // Entries that made no sense are gone, and what they referred to.
                Checker again = checker();
                if (again.run().leaks() > 0 && !again.refcountsBroken()) {
                    writing().metadata().setCounts(again.leaked());
                    refreshFlags();
                }
            }
        }
    }

    private void refreshFlags() throws IOException {
        long[] l1 = mapping.l1().copy();
        new CopiedFlags(file, buffers, geometry, writing().metadata().refcounts()::get)
                .refresh(mapping.l1().offset(), l1, geometry.clusters(file.length()));
        file.flush();
        mapping.l1().replace(mapping.l1().offset(), l1);
        mapping.cache().clear();
    }

    @Override
    public List<SnapshotDetails> snapshots() {
        return snapshots.snapshots().stream().map(Snapshot::details).toList();
    }

    @Override
    public String createSnapshot(String name) throws IOException {
        Writing now = checkWritable();
        return alone(() -> {
            snapshots = operations(now).create(snapshots, name, Instant.now());
            settleAreas(now);
            return snapshots.snapshots().getLast().id();
        });
    }

    @Override
    public void applySnapshot(String idOrName) throws IOException {
        Writing now = checkWritable();
        alone(() -> {
            length = operations(now).apply(snapshot(idOrName));
            settleAreas(now);
            return true;
        });
    }

    @Override
    public void deleteSnapshot(String idOrName) throws IOException {
        Writing now = checkWritable();
        alone(() -> {
            snapshots = operations(now).delete(snapshots, snapshot(idOrName));
            settleAreas(now);
            return true;
        });
    }

    private Snapshot snapshot(String idOrName) throws ImageException {
        return snapshots.snapshots().stream()
                .filter(snapshot -> snapshot.id().equals(idOrName))
                .findFirst()
                .or(() -> snapshots.snapshots().stream()
                        .filter(snapshot -> snapshot.name().equals(idOrName))
                        .findFirst())
                .orElseThrow(() -> new ImageException("Can't find snapshot '%s'".formatted(idOrName)));
    }

    private SnapshotOperations operations(Writing now) {
        return new SnapshotOperations(file, buffers, header, mapping, now.metadata(), resizer(now));
    }

    /** After metadata has moved. */
    private void settleAreas(Writing now) throws IOException {
        takeAreas(now.metadata().refcounts());
        compressed.forget();
        finish();
    }

    @Override
    public void changeBackingLink(@Nullable BackingLink link) throws IOException {
        Metadata metadata = writing().metadata();
        metadata.withLock(() -> {
            metadata.checkSound();
            header.backingLink(link);
            header.storeAll(file);
            file.flush();
            return true;
        });
    }

    @Override
    public ImageDetails details() {
        boolean dirty = (header.incompatible() & Features.DIRTY) != 0;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("compat", geometry.version() == 2 ? "0.10" : "1.1");
        facts.put(
                "compression-type", CompressionType.of(header.compressionType()).toString());
        if (geometry.version() >= 3) {
            facts.put("lazy-refcounts", header.lazyRefcounts());
        }
        facts.put("refcount-bits", 1 << geometry.refcountOrder());
        if (encrypted()) {
            facts.put("encrypt", Map.of("format", "aes"));
        }
        if (geometry.version() >= 3) {
            facts.put("corrupt", (header.incompatible() & Features.CORRUPT) != 0);
            facts.put("extended-l2", false);
        }
        return new ImageDetails(geometry.clusterSize(), dirty, false, snapshots(), facts);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        if (readOnly == readOnly()) {
            return;
        }
        if (readOnly) {
            finish();
            file.reopen(true);
            writing = null;
        } else {
            file.reopen(false);
            try {
                becomeWritable(true);
            } catch (IOException | RuntimeException e) {
                writing = null;
                file.reopen(true);
                throw e;
            }
        }
    }

    /** Brings all to the file, so that nothing has to be mended when it is opened again. */
    void finish() throws IOException {
        @Nullable Writing now = writing;
        if (now != null && now.metadata().isSound()) {
            now.metadata().settle();
            now.metadata().markClean();
        }
    }

    @Override
    public void close() throws IOException {
        @Nullable BlockNode below = reader.backing();
        try (BlockNode _ = below;
                BlockNode _ = file) {
            finish();
        }
    }
}
