package org.margay.image.blocks;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.ImageDetails;
import org.margay.block.ImageNode;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/** An image of a format that we can't write. */
public abstract class ReadOnlyImage implements ImageNode {
    private final BlockNode file;
    private final long length;

    protected ReadOnlyImage(BlockNode file, long length) {
        this.file = file;
        this.length = length;
    }

    @Override
    public final BlockNode file() {
        return file;
    }

    @Override
    public final long length() {
        return length;
    }

    @Override
    public final boolean readOnly() {
        return true;
    }

    private UnsupportedImageException refused() {
        return new UnsupportedImageException("%s images can't be written".formatted(driver()));
    }

    @Override
    public final void write(long offset, IoVector source) throws IOException {
        throw refused();
    }

    @Override
    public final void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        throw refused();
    }

    @Override
    public final void flush() {}

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public ImageDetails details() throws IOException {
        return ImageDetails.NONE;
    }

    @Override
    public final void reopen(boolean readOnly) throws IOException {
        if (!readOnly) {
            throw refused();
        }
    }

    @Override
    public final void close() throws IOException {
        file.close();
    }
}
