package org.margay.qcow.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.margay.block.Backing;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CompressedWriter;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.BlockImage;
import org.margay.image.blocks.SectorCipher;
import org.margay.image.blocks.Update;
import org.margay.memory.IoVector;

/**
 * An open image. Compressed clusters are what lies below, as far as blocks are concerned: written ones are somewhere else. Of an
 * encrypted image the blocks are encrypted, and so is what they are filled up with.
 */
final class QcowImage extends BlockImage implements CompressedWriter {
    private static final long COMPRESSED = 1L << 63;
    private static final int CHUNK = 1 << 20;

    private final QcowHeader header;
    private final ClusterTable table;
    private final Room room;

    /** Exclusive for writes of parts of encrypted sectors, which are read first. */
    private final ReentrantReadWriteLock sectors = new ReentrantReadWriteLock();

    private volatile @Nullable SectorCipher cipher;

    private QcowImage(BlockNode file, QcowHeader header, ClusterTable table, boolean readOnly) {
        super(file, header.size(), header.clusterSize(), readOnly);
        this.header = header;
        this.table = table;
        this.room = new Room(file, header.end(), header.clusterSize(), 1L << (63 - header.clusterBits()));
    }

    static QcowImage open(BlockNode file, boolean readOnly) throws IOException {
        QcowHeader header = QcowHeader.read(file);
        return new QcowImage(file, header, ClusterTable.read(file, header), readOnly);
    }

    @Override
    public String driver() {
        return "qcow";
    }

    @Override
    public Optional<BackingLink> backingLink() {
        return Optional.ofNullable(header.backing()).map(name -> new BackingLink(name, null));
    }

    @Override
    public void setBacking(@Nullable BlockNode backing) {
        putBacking(backing);
    }

    @Override
    public boolean encrypted() {
        return header.encrypted();
    }

    @Override
    public boolean locked() {
        return header.encrypted() && cipher == null;
    }

    @Override
    public void unlock(String password) throws IOException {
        if (!header.encrypted()) {
            throw new ImageException("%s is not encrypted".formatted(filename()));
        }
        cipher = new SectorCipher(password);
    }

    /** The cipher of an encrypted image; null when it is not. */
    private @Nullable SectorCipher key() throws ImageException {
        @Nullable SectorCipher key = cipher;
        if (header.encrypted() && key == null) {
            throw new ImageException("%s is encrypted: a password is needed".formatted(filename()));
        }
        return key;
    }

    @Override
    protected long find(long block) throws IOException {
        long entry = table.get(block);
        if (entry == 0 || (entry & COMPRESSED) != 0) {
            return UNALLOCATED;
        }
        if ((entry & blockSize() - 1) != 0) {
            throw new ImageException("cluster %d at %#x is not aligned".formatted(block, entry));
        }
        return entry;
    }

    @Override
    protected long reserve(long block) throws IOException {
        return room.cluster();
    }

    @Override
    protected void giveBack(long block, long place) {
        room.giveBack(place);
    }

    @Override
    protected boolean fresh(long place) {
        return room.fresh(place);
    }

    @Override
    protected void assign(long block, long place) throws IOException {
        table.set(block, place, room);
    }

    @Override
    protected void overwriting(long block, long place) throws IOException {
        table.checkData(place, blockSize());
    }

    @Override
    protected void takeChanges(List<Update> updates) {
        table.takeChanges(updates);
    }

    @Override
    protected boolean anythingBelow(long offset) {
        // Zeros are not zeros when they are encrypted; whether a cluster is compressed, reading it will tell.
        return true;
    }

    @Override
    protected void readBelow(long offset, IoVector target) throws IOException {
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long within = at & blockSize() - 1;
            long part = Math.min(target.size() - done, blockSize() - within);
            long entry = table.get(at >>> header.clusterBits());
            IoVector piece = target.slice(done, part);
            if ((entry & COMPRESSED) != 0) {
                readCompressed(entry, within, piece);
            } else {
                Backing.read(backing(), at, piece);
            }
            done += part;
        }
        @Nullable SectorCipher key = key();
        if (key != null && target.size() > 0) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = arena.allocate(target.size());
                target.copyTo(memory);
                key.encrypt(memory, offset);
                target.copyFrom(memory);
            }
        }
    }

    private void readCompressed(long entry, long within, IoVector target) throws IOException {
        int size = (int) (entry >>> (63 - header.clusterBits())) & blockSize() - 1;
        long offset = entry & ((1L << (63 - header.clusterBits())) - 1);
        if (size == 0 || offset >= file().length()) {
            throw new ImageException("compressed cluster at %#x makes no sense".formatted(offset));
        }
        try (Arena arena = Arena.ofShared();
                Inflater inflater = new Inflater(true)) {
            MemorySegment packed = arena.allocate(size);
            MemorySegment plain = arena.allocate(blockSize());
            Backing.read(file(), offset, IoVector.of(packed));
            inflater.setInput(packed.asByteBuffer());
            ByteBuffer out = plain.asByteBuffer();
            while (out.hasRemaining()) {
                if (inflater.inflate(out) == 0) {
                    throw new ImageException("compressed cluster at %#x is too short".formatted(offset));
                }
            }
            target.copyFrom(plain.asSlice(within, target.size()));
        } catch (DataFormatException e) {
            throw new ImageException("compressed cluster at %#x is damaged".formatted(offset), e);
        }
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        @Nullable SectorCipher key = key();
        if (key == null) {
            super.read(offset, target);
            return;
        }
        Ranges.check(this, offset, target.size());
        for (long done = 0; done < target.size(); ) {
            long skip = offset + done & SectorCipher.SECTOR - 1;
            long part = Math.min(target.size() - done, CHUNK - skip);
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = arena.allocate(skip + part + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR);
                super.read(offset + done - skip, IoVector.of(memory));
                key.decrypt(memory, offset + done - skip);
                target.slice(done, part).copyFrom(memory.asSlice(skip, part));
            }
            done += part;
        }
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        if (table.tooDirty()) {
            flush();
        }
        @Nullable SectorCipher key = key();
        if (key == null) {
            super.write(offset, source);
            return;
        }
        boolean whole = (offset | source.size()) % SectorCipher.SECTOR == 0;
        var lock = whole ? sectors.readLock() : sectors.writeLock();
        lock.lock();
        try {
            for (long done = 0; done < source.size(); ) {
                long skip = offset + done & SectorCipher.SECTOR - 1;
                long part = Math.min(source.size() - done, CHUNK - skip);
                writeEncrypted(key, offset + done, skip, source.slice(done, part));
                done += part;
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeEncrypted(SectorCipher key, long offset, long skip, IoVector source) throws IOException {
        long size = skip + source.size() + SectorCipher.SECTOR - 1 & -SectorCipher.SECTOR;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(size);
            if (size != source.size()) {
                read(offset - skip, IoVector.of(memory));
            }
            source.copyTo(memory.asSlice(skip, source.size()));
            key.encrypt(memory, offset - skip);
            super.write(offset - skip, IoVector.of(memory));
        }
    }

    @Override
    public void writeZeroes(long offset, long count, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, count);
        // Where nothing is, zeros are read already.
        for (long done = 0; done < count; ) {
            long at = offset + done;
            long part = Math.min(count - done, blockSize() - (at & blockSize() - 1));
            if (backing() != null || table.get(at >>> header.clusterBits()) != 0) {
                zero(at, part, mayUnmap);
            }
            done += part;
        }
    }

    private void zero(long offset, long count, boolean mayUnmap) throws IOException {
        if (key() == null) {
            super.writeZeroes(offset, count, mayUnmap);
            return;
        }
        try (Arena arena = Arena.ofShared()) {
            write(offset, IoVector.of(arena.allocate(count)));
        }
    }

    @Override
    public Extent extent(long offset, long count) throws IOException {
        Ranges.check(this, offset, count);
        long entry = table.get(offset >>> header.clusterBits());
        if ((entry & COMPRESSED) != 0) {
            return Extent.data(Math.min(count, blockSize() - (offset & blockSize() - 1)));
        }
        long most = count;
        if (entry == 0) {
            // Up to the next compressed cluster, which is no hole.
            most = blockSize() - (offset & blockSize() - 1);
            long cluster = offset >>> header.clusterBits();
            while (most < count && table.get(cluster + 1) == 0) {
                cluster++;
                most += blockSize();
            }
        }
        Extent extent = super.extent(offset, Math.min(most, count));
        return header.encrypted() && extent.kind() == Extent.Kind.DATA ? Extent.data(extent.length()) : extent;
    }

    @Override
    public void writeCompressed(long offset, IoVector cluster) throws IOException {
        Ranges.checkWrite(this, offset, cluster.size());
        if (offset % blockSize() != 0 || cluster.size() > blockSize()) {
            throw new ImageException("compressed writes are of one whole cluster");
        }
        if (header.encrypted()) {
            throw new UnsupportedImageException("encrypted images can't have compressed clusters");
        }
        try (Arena arena = Arena.ofShared();
                Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            MemorySegment plain = arena.allocate(blockSize());
            cluster.copyTo(plain.asSlice(0, cluster.size()));
            MemorySegment packed = arena.allocate(blockSize() - 1);
            deflater.setInput(plain.asByteBuffer());
            deflater.finish();
            ByteBuffer out = packed.asByteBuffer();
            deflater.deflate(out);
            if (!deflater.finished()) {
                write(offset, cluster);
                return;
            }
            int size = out.position();
            if (table.tooDirty()) {
                flush();
            }
            long block = offset >>> header.clusterBits();
            allocating(block, () -> {
                long place = room.bytes(size);
                file().write(place, IoVector.of(packed.asSlice(0, size)));
                table.set(block, COMPRESSED | (long) size << (63 - header.clusterBits()) | place, room);
            });
        }
    }

    @Override
    public ImageDetails details() {
        return new ImageDetails(
                blockSize(),
                false,
                false,
                List.of(),
                header.encrypted() ? Map.of("encrypt", Map.of("format", "aes")) : Map.of());
    }
}
