package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

/** Makes an image: the smallest that there can be, which is then resized. */
final class Creator {
    private static final int SECTOR = 512;

    private final BlockNode file;
    private final CreateRequest request;
    private final CreateOptions options;

    Creator(BlockNode file, CreateRequest request, CreateOptions options) {
        this.file = file;
        this.request = request;
        this.options = options;
    }

    void run() throws IOException {
        long size = request.size() + SECTOR - 1 & -SECTOR;
        Geometry geometry = new Geometry(
                options.compat().version(),
                Long.numberOfTrailingZeros(options.clusterSize()),
                Integer.numberOfTrailingZeros(options.refcountBits()));
        if (size < 0 || geometry.l1Entries(size) > Tables.MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException(
                    "The image size is too large for file format 'qcow2' (try using a larger cluster size)");
        }
        if (request.backing() != null && options.preallocation() != Preallocation.OFF) {
            throw new ImageException("Backing file and preallocation cannot be used at the same time");
        }
        writeEmpty(geometry);
        Qcow2Node node = Qcow2Node.open(file, OpenOptions.READ_WRITE);
        if (size > 0) {
            node.resize(size);
        }
        if (options.preallocation() != Preallocation.OFF) {
            node.preallocate(options.preallocation());
        }
        node.finish();
    }

    /** Header, refcount table, one refcount block. */
    private void writeEmpty(Geometry geometry) throws IOException {
        long clusterSize = geometry.clusterSize();
        Header header = Header.create(geometry);
        header.u64(Header.REFCOUNT_TABLE, clusterSize);
        header.u32(Header.REFCOUNT_TABLE + 8, 1);
        header.cryptMethod(options.encrypted() ? 1 : 0);
        List<Header.Extension> extensions = new ArrayList<>();
        if (geometry.version() >= 3) {
            boolean zstd = options.compressionType() == CompressionType.ZSTD;
            header.features(
                    zstd ? Features.COMPRESSION_TYPE : 0, options.lazyRefcounts() ? Features.LAZY_REFCOUNTS : 0, 0);
            header.compressionType(options.compressionType().number());
            extensions.add(new Header.Extension(Header.EXTENSION_FEATURE_NAMES, Features.table()));
        }
        header.extensions(extensions);
        header.backingLink(request.backing());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment table = arena.allocate(clusterSize);
            table.set(BigEndian.LONG, 0, 2 * clusterSize);
            RefcountBlock block = new RefcountBlock(new byte[(int) clusterSize], geometry.refcountOrder());
            for (int cluster = 0; cluster < 3; cluster++) {
                block.set(cluster, 1);
            }
            block.allDirty();
            MemorySegment counts = arena.allocate(clusterSize);
            counts.copyFrom(block.dirtyBytes());
            file.write(clusterSize, IoVector.of(table, counts));
        }
        header.storeAll(file);
    }
}
