package org.margay.block.internal.raw;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Format "raw": the file is the disk. */
@Component(service = ImageFormat.class)
@ImageFormatName("raw")
public final class RawFormat implements ImageFormat {
    /** Raw images have no options of their own. */
    public record Options() {}

    @Override
    public String name() {
        return "raw";
    }

    @Override
    public String description() {
        return "the bytes of the disk as they are";
    }

    /** Any file may be one: taken when no other format wants it. */
    @Override
    public int probe(MemorySegment head, String filename) {
        return 1;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) {
        return new RawNode(file);
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        file.resize(request.size());
    }
}
