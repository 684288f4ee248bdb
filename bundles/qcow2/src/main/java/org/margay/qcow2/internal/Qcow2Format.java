package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Format "qcow2", versions 2 and 3. */
@Component(service = ImageFormat.class)
@ImageFormatName("qcow2")
@ImageSignature({"0:514649fb00000002", "0:514649fb00000003"})
public final class Qcow2Format implements ImageFormat {
    @Override
    public String name() {
        return "qcow2";
    }

    @Override
    public String description() {
        return "grows with its content; snapshots, backing files, compression";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        return head.byteSize() >= 8 && head.get(BigEndian.INT, 0) == Header.MAGIC && head.get(BigEndian.INT, 4) >= 2
                ? 100
                : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return Qcow2Node.open(file, options);
    }

    @Override
    public Class<? extends Record> createOptions() {
        return CreateOptions.class;
    }

    @Override
    public boolean backingFiles() {
        return true;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        new Creator(file, request, (CreateOptions) request.options()).run();
    }
}
