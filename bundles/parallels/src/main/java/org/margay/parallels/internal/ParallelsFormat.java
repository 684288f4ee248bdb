package org.margay.parallels.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** Format "parallels": expandable disks of Parallels. */
@Component(service = ImageFormat.class)
@ImageFormatName("parallels")
@ImageSignature({"0:576974686f7574467265655370616365", "0:576974686f7546726553706163457874"})
public final class ParallelsFormat implements ImageFormat {
    private static final long DEFAULT_CLUSTER = 1 << 20;

    /**
     * Options of create.
     *
     * @param clusterSize bytes, a multiple of 512
     */
    public record Options(
            @WireName("cluster_size") @PropertyType("size") @Default("1048576")
            long clusterSize) {}

    @Override
    public String name() {
        return "parallels";
    }

    @Override
    public String description() {
        return "expandable disks of Parallels";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        Fields fields = new Fields(head, ByteOrder.LITTLE_ENDIAN);
        boolean magic = fields.is(0, ParallelsHeader.IN_SECTORS) || fields.is(0, ParallelsHeader.IN_CLUSTERS);
        return head.byteSize() >= ParallelsHeader.SIZE && magic && fields.u32(16) == 2 ? 100 : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return ParallelsImage.open(file, options);
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        if (request.backing() != null) {
            throw new ImageException("Parallels images have no backing files");
        }
        long cluster = request.options() instanceof Options options ? options.clusterSize() : DEFAULT_CLUSTER;
        ParallelsHeader header = ParallelsHeader.create(request.size(), cluster);
        header.encode().write(file, 0);
        file.writeZeroes(ParallelsHeader.SIZE, header.dataOffset() - ParallelsHeader.SIZE, false);
        file.flush();
    }
}
