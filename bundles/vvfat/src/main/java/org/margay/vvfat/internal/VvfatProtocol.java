package org.margay.vvfat.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Protocol "fat": fat:[floppy:][12:|16:|32:]FOLDER, a folder of the host as a disk or floppy that can be read. */
@Component(service = BlockProtocol.class)
@BlockProtocolName("fat")
public final class VvfatProtocol implements BlockProtocol {
    /** For the first guess of how much room a folder takes. */
    private static final int USUAL_CLUSTER = 4096;

    @Override
    public String name() {
        return "fat";
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        FatName name;
        try {
            name = FatName.parse(filename);
        } catch (InvalidPathException e) {
            throw new ImageException("Invalid folder name", e);
        }
        HostEntry folder = HostTree.read(name.folder());
        @Nullable FatType type = name.type();
        if (name.floppy()) {
            FatLayout layout = FatLayout.floppy(type == null ? FatType.FAT12 : type, type != null);
            return new FatDisk(filename, layout, FatTree.of(folder, layout));
        }
        long bytes = FatTree.bytes(folder, USUAL_CLUSTER);
        if (type == null) {
            // FAT16 as everybody knows it, FAT32 when that is too small.
            FatLayout usual = FatLayout.disk(FatType.FAT16, bytes).orElseThrow();
            type = FatTree.bytes(folder, usual.clusterSize()) < usual.clusters() * usual.clusterSize()
                            && folder.children().size() < usual.rootEntries() / 22
                    ? FatType.FAT16
                    : FatType.FAT32;
        }
        Optional<FatLayout> layout = FatLayout.disk(type, bytes);
        // Larger disks have larger clusters, and waste more.
        for (int factor = 2; factor <= 8; factor *= 2) {
            if (layout.isPresent()
                    && type == FatType.FAT32
                    && FatTree.bytes(folder, layout.get().clusterSize())
                            >= layout.get().clusters() * layout.get().clusterSize()) {
                layout = FatLayout.disk(type, bytes * factor);
            }
        }
        if (layout.isEmpty()) {
            throw new ImageException("Directory does not fit in FAT32");
        }
        return new FatDisk(filename, layout.get(), FatTree.of(folder, layout.get()));
    }
}
