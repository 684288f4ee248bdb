package org.margay.vvfat.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk: all but the content of files is as the folder was when it was opened. Files are read when the guest reads them; what they
 * have lost since then reads as zeros, what they have gained is not seen.
 */
final class FatDisk implements BlockNode {
    private static final Logger LOG = LoggerFactory.getLogger(FatDisk.class);
    private static final int SECTOR = FatLayout.SECTOR;

    private final String filename;
    private final FatLayout layout;
    private final FatTree tree;
    private final BootSectors boot;

    /** Files that were told of once. */
    private final Set<Path> missing = ConcurrentHashMap.newKeySet();

    FatDisk(String filename, FatLayout layout, FatTree tree) {
        this.filename = filename;
        this.layout = layout;
        this.tree = tree;
        this.boot = new BootSectors(layout);
    }

    @Override
    public String driver() {
        return "vvfat";
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return layout.length();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        long dataStart = layout.dataStart() * SECTOR;
        for (long done = 0; done < target.size(); ) {
            long at = offset + done;
            long left = target.size() - done;
            long part;
            if (at < dataStart) {
                int in = (int) (at % SECTOR);
                part = Math.min(left, SECTOR - in);
                target.slice(done, part)
                        .copyFrom(MemorySegment.ofArray(metadata(at / SECTOR)).asSlice(in, part));
            } else {
                part = readData(at - dataStart, target.slice(done, left));
            }
            done += part;
        }
    }

    /** A sector before the first cluster. */
    private byte[] metadata(long sector) {
        if (sector < layout.hidden()) {
            return sector == 0 ? boot.partitionTable() : new byte[SECTOR];
        }
        if (sector < layout.fatStart()) {
            long free = layout.clusters() + 2 - tree.nextFree();
            return boot.reserved(sector - layout.hidden(), free, free == 0 ? 0xffffffffL : tree.nextFree());
        }
        if (sector < layout.rootStart()) {
            return fat((sector - layout.fatStart()) % layout.fatSectors());
        }
        byte[] content = new byte[SECTOR];
        System.arraycopy(tree.root(), (int) (sector - layout.rootStart()) * SECTOR, content, 0, SECTOR);
        return content;
    }

    /** A sector of the FAT. */
    private byte[] fat(long sector) {
        byte[] content = new byte[SECTOR];
        int bits = layout.type().bits();
        long firstBit = sector * SECTOR * 8;
        // With 12 bits an entry may begin in the sector before and end in the one behind.
        for (long cluster = firstBit / bits;
                cluster * bits < firstBit + SECTOR * 8 && cluster < layout.clusters() + 2;
                cluster++) {
            long entry = Integer.toUnsignedLong(tree.fatEntry((int) cluster, boot.media()));
            for (int bit = 0; bit < bits; bit += 4) {
                long where = cluster * bits + bit - firstBit;
                if (where >= 0 && where < SECTOR * 8) {
                    content[(int) (where / 8)] |= (byte) ((entry >> bit & 0xf) << (where % 8));
                }
            }
        }
        return content;
    }

    /** Reads of one chain, or of what is between chains and the end. */
    private long readData(long at, IoVector target) throws IOException {
        int clusterSize = layout.clusterSize();
        long cluster = at / clusterSize + 2;
        FatTree.@Nullable Chain chain = cluster < layout.clusters() + 2 ? tree.at((int) cluster) : null;
        if (chain == null) {
            // Behind the last chain there is nothing more.
            target.clear();
            return target.size();
        }
        long start = at - (chain.first - 2L) * clusterSize;
        long part = Math.min(target.size(), (long) chain.count * clusterSize - start);
        IoVector slice = target.slice(0, part);
        byte[] folder = chain.folder;
        if (folder != null) {
            slice.copyFrom(MemorySegment.ofArray(folder).asSlice(start, part));
        } else {
            readFile(chain.entry, start, slice);
        }
        return part;
    }

    private void readFile(HostEntry entry, long start, IoVector target) {
        long size = Math.clamp(entry.size() - start, 0, target.size());
        long got = 0;
        // Opening what is no file any more, such as a pipe, might never end.
        if (!Files.isRegularFile(entry.path())) {
            gone(entry.path(), "it is no file");
            target.clear();
            return;
        }
        try (FileChannel file = FileChannel.open(entry.path(), StandardOpenOption.READ)) {
            for (MemorySegment piece : target.slice(0, size).pieces()) {
                ByteBuffer buffer = piece.asByteBuffer();
                while (buffer.hasRemaining()) {
                    int count = file.read(buffer, start + got);
                    if (count < 0) {
                        break;
                    }
                    got += count;
                }
                if (buffer.hasRemaining()) {
                    break;
                }
            }
        } catch (IOException e) {
            got = 0;
            gone(entry.path(), e.toString());
        }
        target.slice(got, target.size() - got).clear();
    }

    private void gone(Path file, String reason) {
        if (missing.add(file)) {
            LOG.warn("{} can't be read any more, the guest reads zeros: {}", file, reason);
        }
    }

    private static ImageException refused() {
        return new ImageException("the folder is read-only for the guest");
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        throw refused();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        throw refused();
    }

    @Override
    public void flush() {}

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        long end = layout.dataStart() * SECTOR + (tree.nextFree() - 2) * layout.clusterSize();
        return offset < end ? Extent.data(Math.min(length, end - offset), offset) : Extent.zero(length);
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        if (!readOnly) {
            throw refused();
        }
    }

    @Override
    public void close() {}
}
