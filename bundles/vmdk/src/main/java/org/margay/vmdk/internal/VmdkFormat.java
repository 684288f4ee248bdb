package org.margay.vmdk.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.margay.image.blocks.Fields;
import org.osgi.service.component.annotations.Component;

/** Format "vmdk": disks of VMware. */
@Component(service = ImageFormat.class)
@ImageFormatName("vmdk")
@ImageSignature({"0:4b444d56", "0:434f5744", "0:23204469736b2044657363726970746f7246696c65", ".vmdk"})
public final class VmdkFormat implements ImageFormat {
    @Override
    public String name() {
        return "vmdk";
    }

    @Override
    public String description() {
        return "disks of VMware";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        Fields fields = new Fields(head, ByteOrder.LITTLE_ENDIAN);
        if (fields.is(0, SparseHeader.MAGIC) || fields.is(0, SparseHeader.ESX_MAGIC)) {
            return 100;
        }
        String text = new String(head.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
        return Descriptor.is(text) ? 100 : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return open(file, options, BlockDrivers.onClassPath());
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options, BlockDrivers drivers) throws IOException {
        return new VmdkOpener(file, options, drivers).open();
    }

    @Override
    public boolean backingFiles() {
        return true;
    }

    @Override
    public Class<? extends Record> createOptions() {
        return CreateOptions.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        throw new UnsupportedImageException("vmdk images are made with drivers at hand");
    }

    @Override
    public void create(BlockNode file, CreateRequest request, BlockDrivers drivers) throws IOException {
        CreateOptions options = request.options() instanceof CreateOptions given ? given : CreateOptions.defaults();
        new VmdkCreator(file, options, drivers).create(request);
    }
}
