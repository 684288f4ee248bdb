package org.margay.vmdk.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageException;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;

/** Makes an empty disk: a descriptor, in a file of its own or in the only extent, and the extents. */
final class VmdkCreator {
    private static final long SPLIT = 2L << 30;
    private static final int SECTORS_PER_TRACK = 63;

    private final BlockNode file;
    private final CreateOptions options;
    private final BlockDrivers drivers;
    private final String name;

    VmdkCreator(BlockNode file, CreateOptions options, BlockDrivers drivers) {
        this.file = file;
        this.options = options;
        this.drivers = drivers;
        String whole = file.filename();
        this.name = whole.substring(Math.max(whole.lastIndexOf('/'), whole.lastIndexOf(':')) + 1);
    }

    void create(CreateRequest request) throws IOException {
        if (options.subformat().flat() && request.backing() != null) {
            throw new ImageException("Flat image can't have backing file");
        }
        long parentCid = request.backing() == null ? Descriptor.NO_PARENT : parentCid(request.backing());
        long sectors = Math.ceilDiv(request.size(), SparseHeader.SECTOR);
        List<ExtentLine> extents = extents(sectors);
        Descriptor descriptor = Descriptor.create(
                options.subformat().toString(),
                ThreadLocalRandom.current().nextLong(Descriptor.NO_PARENT),
                parentCid,
                request.backing() == null ? "" : request.backing().filename(),
                extents,
                database(sectors));
        if (standalone()) {
            for (ExtentLine extent : extents) {
                createExtent(extent);
            }
            new DescriptorStore(file, 0, 0).write(descriptor);
        } else {
            SparseHeader header = header(sectors * SparseHeader.SECTOR);
            header.write(file);
            new DescriptorStore(file, header.descriptorOffset(), header.descriptorSize()).write(descriptor);
        }
        file.flush();
    }

    private boolean standalone() {
        return options.subformat().flat() || options.subformat().split();
    }

    private SparseHeader header(long size) throws ImageException {
        return SparseHeader.create(size, options.subformat() == Subformat.STREAM_OPTIMIZED, options.zeroedGrain());
    }

    /** An overlay has the number of what it lies on. */
    private long parentCid(BackingLink link) throws IOException {
        if (link.format() != null && !link.format().equals("vmdk")) {
            throw new ImageException("Invalid backing file format '%s'. Must be 'vmdk'".formatted(link.format()));
        }
        String parent = ImageOpener.resolve(file.filename(), link.filename());
        OpenOptions look = OpenOptions.READ_ONLY.withBacking(false).withShare(true);
        try (BlockNode opened = new ImageOpener(drivers).open(parent, Optional.ofNullable(link.format()), look)) {
            if (opened instanceof VmdkImage image) {
                return image.cid();
            }
            throw new ImageException(
                    "Invalid backing file format: '%s' is %s, not vmdk".formatted(parent, opened.driver()));
        }
    }

    private List<ExtentLine> extents(long sectors) {
        List<ExtentLine> extents = new ArrayList<>();
        String type = options.subformat().flat() ? "FLAT" : "SPARSE";
        long most = options.subformat().split() ? SPLIT / SparseHeader.SECTOR : Math.max(1, sectors);
        long begun = 0;
        do {
            long part = Math.min(most, sectors - begun);
            extents.add(new ExtentLine("RW", part, type, extentName(extents.size() + 1), 0));
            begun += part;
        } while (begun < sectors);
        return extents;
    }

    private String extentName(int number) {
        if (!standalone()) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String ending = dot < 0 ? "" : name.substring(dot);
        String kind = options.subformat().flat() ? "f" : "s";
        return stem + (options.subformat().split() ? "-%s%03d".formatted(kind, number) : "-flat") + ending;
    }

    private void createExtent(ExtentLine extent) throws IOException {
        String path = ImageOpener.resolve(file.filename(), extent.filename());
        drivers.protocol(path).create(path);
        try (BlockNode made = drivers.protocol(path).open(path, OpenOptions.READ_WRITE, drivers)) {
            long size = extent.sectors() * SparseHeader.SECTOR;
            if (extent.flat()) {
                made.resize(size);
            } else {
                header(size).write(made);
            }
            made.flush();
        }
    }

    private List<String> database(long sectors) {
        int heads = options.adapterType().heads();
        @Nullable String hardware = options.hwversion();
        return List.of(
                "ddb.virtualHWVersion = \"%s\"".formatted(hardware != null ? hardware : options.compat6() ? "6" : "4"),
                "ddb.geometry.cylinders = \"%d\"".formatted(sectors / heads / SECTORS_PER_TRACK),
                "ddb.geometry.heads = \"%d\"".formatted(heads),
                "ddb.geometry.sectors = \"%d\"".formatted(SECTORS_PER_TRACK),
                "ddb.adapterType = \"%s\"".formatted(options.adapterType()),
                "ddb.toolsVersion = \"%s\"".formatted(options.toolsversion()));
    }
}
