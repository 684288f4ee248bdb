package org.margay.vdi.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.machine.property.Default;
import org.margay.memory.IoVector;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** Format "vdi": disks of VirtualBox. */
@Component(service = ImageFormat.class)
@ImageFormatName("vdi")
@ImageSignature("64:7f10dabe")
public final class VdiFormat implements ImageFormat {
    /**
     * Options of create.
     *
     * @param preallocated whether all blocks are in the file from the beginning
     */
    public record Options(
            @WireName("static") @Default("off") boolean preallocated) {}

    @Override
    public String name() {
        return "vdi";
    }

    @Override
    public String description() {
        return "disks of VirtualBox";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        return head.byteSize() >= VdiHeader.SIZE
                        && new Fields(head, ByteOrder.LITTLE_ENDIAN).u32(VdiHeader.SIGNATURE_AT) == VdiHeader.SIGNATURE
                ? 100
                : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return VdiImage.open(file, options.readOnly());
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        if (request.backing() != null) {
            throw new ImageException("VDI images have no backing files");
        }
        boolean preallocated = request.options() instanceof Options options && options.preallocated();
        VdiHeader header = VdiHeader.create(request.size(), preallocated);
        header.encode().write(file, 0);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment table = arena.allocate(header.dataOffset() - header.tableOffset());
            for (long block = 0; block < header.blocks(); block++) {
                table.set(
                        ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN),
                        block * Integer.BYTES,
                        preallocated ? (int) block : -1);
            }
            file.write(header.tableOffset(), IoVector.of(table));
        }
        if (preallocated) {
            file.resize(header.dataOffset() + header.blocks() * header.blockSize());
        }
        file.flush();
    }
}
