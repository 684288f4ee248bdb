package org.margay.bochs.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.margay.block.BlockNode;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.osgi.service.component.annotations.Component;

/** Format "bochs": growing disks of Bochs, read-only. */
@Component(service = ImageFormat.class)
@ImageFormatName("bochs")
@ImageSignature("0:426f636873205669727475616c20484420496d61676500")
public final class BochsFormat implements ImageFormat {
    @Override
    public String name() {
        return "bochs";
    }

    @Override
    public String description() {
        return "growing disks of Bochs, read-only";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        Fields fields = new Fields(head, ByteOrder.LITTLE_ENDIAN);
        return head.byteSize() >= 512 && fields.is(0, BochsImage.MAGIC) && fields.is(32, "Redolog\0") ? 100 : 0;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return BochsImage.open(file);
    }
}
