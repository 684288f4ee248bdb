package org.margay.cow.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.osgi.service.component.annotations.Component;

/** Format "cow": copy-on-write images of QEMU before qcow; QEMU itself has given them up. */
@Component(service = ImageFormat.class)
@ImageFormatName("cow")
@ImageSignature("0:4f4f4f4d00000002")
public final class CowFormat implements ImageFormat {
    /** The backing file is no option of its own. */
    public record Options() {}

    @Override
    public String name() {
        return "cow";
    }

    @Override
    public String description() {
        return "copy-on-write images of the first QEMU";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        Fields fields = new Fields(head, ByteOrder.BIG_ENDIAN);
        boolean magic = head.byteSize() >= 8 && fields.i32(0) == CowHeader.MAGIC && fields.u32(4) == CowHeader.VERSION;
        return magic ? 100 : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return CowImage.open(file, options.readOnly());
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        BackingLink backing = request.backing();
        CowHeader header = CowHeader.create(backing == null ? "" : backing.filename(), request.size());
        header.encode().write(file, 0);
        file.resize(header.headerSize() + header.bitmapSize());
        file.flush();
    }
}
