package org.margay.cloop.internal;

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

/** Format "cloop": compressed loop images of live systems, read-only. */
@Component(service = ImageFormat.class)
@ImageFormatName("cloop")
@ImageSignature("0:23212f62696e2f73680a2356322e3020466f726d61740a")
public final class CloopFormat implements ImageFormat {
    @Override
    public String name() {
        return "cloop";
    }

    @Override
    public String description() {
        return "compressed loop images, read-only";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        return new Fields(head, ByteOrder.BIG_ENDIAN).is(0, CloopImage.MAGIC) ? 100 : 0;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return CloopImage.open(file);
    }
}
