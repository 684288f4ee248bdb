package org.margay.vmdk.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;

/** Opens a disk from its descriptor, wherever that is. */
final class VmdkOpener {
    private static final int MOST_EXTENTS = 4096;

    /** Disks that are a device of the host, or that need what is not there. */
    private static final Set<String> UNSUPPORTED_TYPES =
            Set.of("fullDevice", "partitionedDevice", "vmfsRaw", "vmfsRDM", "vmfsRawDeviceMap", "vmfsRDMP", "seSparse");

    private final BlockNode file;
    private final OpenOptions options;
    private final BlockDrivers drivers;

    VmdkOpener(BlockNode file, OpenOptions options, BlockDrivers drivers) {
        this.file = file;
        this.options = options;
        this.drivers = drivers;
    }

    VmdkImage open() throws IOException {
        Fields magic = file.length() < 4
                ? Fields.empty(4, ByteOrder.LITTLE_ENDIAN)
                : Fields.read(file, 0, 4, ByteOrder.LITTLE_ENDIAN);
        return magic.is(0, SparseHeader.MAGIC) || magic.is(0, SparseHeader.ESX_MAGIC) ? openSparse() : openDescriptor();
    }

    private VmdkImage openSparse() throws IOException {
        SparseHeader header = SparseHeader.read(file);
        @Nullable
        DescriptorStore store = header.descriptorOffset() == 0 || header.descriptorSize() == 0
                ? null
                : new DescriptorStore(file, header.descriptorOffset(), header.descriptorSize());
        Descriptor descriptor = store == null ? Descriptor.parse("") : store.read();
        // One extent of several has room for a descriptor, too, with nothing in it.
        if (descriptor.createType().isEmpty()) {
            store = null;
        }
        checkType(descriptor);
        if (store != null && header.overhead() != 0 && store.offset() + store.room() > header.overhead()) {
            throw new ImageException("damaged: the descriptor reaches into the data");
        }
        VmdkImage image = new VmdkImage(file, descriptor, store, false, options.readOnly());
        image.add(sparse(file, header, header.capacity(), 0, image.below()));
        return image;
    }

    private SparseExtent sparse(BlockNode extentFile, SparseHeader header, long length, long start, Below below)
            throws IOException {
        if (!options.readOnly()) {
            if (header.atEnd()) {
                throw new UnsupportedImageException("a stream with a footer can't be written: open it read-only");
            }
            if (header.version() == 3 && !header.compressed()) {
                // Its list of changed blocks would become untrue.
                throw new UnsupportedImageException("VMDK version 3 must be read only");
            }
        }
        return header.compressed()
                ? new StreamExtent(extentFile, header, length, start, below, options.readOnly())
                : new SparseExtent(extentFile, header, length, start, below, options.readOnly());
    }

    private static void checkType(Descriptor descriptor) throws ImageException {
        if (UNSUPPORTED_TYPES.contains(descriptor.createType())) {
            throw new UnsupportedImageException("Unsupported image type '%s'".formatted(descriptor.createType()));
        }
    }

    private VmdkImage openDescriptor() throws IOException {
        DescriptorStore store = new DescriptorStore(file, 0, 0);
        Descriptor descriptor = store.read();
        if (!Descriptor.is(descriptor.toString())) {
            throw new ImageException("Image not in VMDK format");
        }
        checkType(descriptor);
        List<ExtentLine> lines = descriptor.extents();
        if (lines.isEmpty() || lines.size() > MOST_EXTENTS) {
            throw new ImageException("invalid VMDK description file: %d extents".formatted(lines.size()));
        }
        VmdkImage image = new VmdkImage(file, descriptor, store, true, options.readOnly());
        List<BlockNode> opened = new ArrayList<>();
        try {
            long tableBytes = 0;
            for (ExtentLine line : lines) {
                BlockNode extent = open(line, image, opened);
                if (extent instanceof SparseExtent sparse) {
                    tableBytes += sparse.header().tables() * sparse.header().tableSize();
                    if (tableBytes > SparseHeader.MOST_TABLE_BYTES) {
                        throw new ImageException("unsupported: more than %d bytes of grain tables"
                                .formatted(SparseHeader.MOST_TABLE_BYTES));
                    }
                }
                image.add(extent);
            }
        } catch (IOException | RuntimeException | Error e) {
            try {
                Closing.all(opened);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        return image;
    }

    private BlockNode open(ExtentLine line, VmdkImage image, List<BlockNode> opened) throws IOException {
        if (line.access().equals("NOACCESS")) {
            throw new UnsupportedImageException("extent '%s' must not be accessed".formatted(line.filename()));
        }
        if (line.sectors() > Long.MAX_VALUE / SparseHeader.SECTOR / MOST_EXTENTS) {
            throw new ImageException("an extent of %d sectors".formatted(line.sectors()));
        }
        if (!options.readOnly() && !line.access().equals("RW")) {
            throw new UnsupportedImageException("extent '%s' is read-only".formatted(line.filename()));
        }
        long size = line.sectors() * SparseHeader.SECTOR;
        if (line.type().equals("ZERO")) {
            return new FlatExtent(null, 0, size);
        }
        boolean sparse = line.type().equals("SPARSE") || line.type().equals("VMFSSPARSE");
        if (!sparse && !line.flat()) {
            throw new UnsupportedImageException("Unsupported extent type '%s'".formatted(line.type()));
        }
        BlockNode extentFile = new ImageOpener(drivers).openFile(beside(line.filename()), options);
        opened.add(extentFile);
        if (!sparse) {
            return flat(line, extentFile, size);
        }
        SparseHeader header = SparseHeader.read(extentFile);
        if (header.capacity() < size) {
            throw new ImageException("extent '%s' has %d bytes, the descriptor says %d"
                    .formatted(line.filename(), header.capacity(), size));
        }
        return sparse(extentFile, header, size, image.length(), image.below());
    }

    private static FlatExtent flat(ExtentLine line, BlockNode extentFile, long size) throws ImageException {
        if (line.offset() > Long.MAX_VALUE / SparseHeader.SECTOR
                || line.offset() * SparseHeader.SECTOR > extentFile.length() - size) {
            throw new ImageException("extent '%s' ends behind its file: it has %d bytes"
                    .formatted(line.filename(), extentFile.length()));
        }
        return new FlatExtent(extentFile, line.offset() * SparseHeader.SECTOR, size);
    }

    /** The name of an extent's file. A descriptor that somebody else wrote must not reach other files of the host. */
    private String beside(String name) throws ImageException {
        if (name.isEmpty() || name.contains("/") || ImageOpener.protocolOf(name).isPresent()) {
            throw new UnsupportedImageException("extent '%s' is not beside the descriptor".formatted(name));
        }
        return ImageOpener.resolve(file.filename(), name);
    }
}
