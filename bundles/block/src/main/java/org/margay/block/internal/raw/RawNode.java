package org.margay.block.internal.raw;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageNode;
import org.margay.memory.IoVector;

/** A raw image: hands all on to its file. */
final class RawNode implements ImageNode {
    private final BlockNode file;

    RawNode(BlockNode file) {
        this.file = file;
    }

    @Override
    public String driver() {
        return "raw";
    }

    @Override
    public BlockNode file() {
        return file;
    }

    @Override
    public long length() {
        return file.length();
    }

    @Override
    public boolean readOnly() {
        return file.readOnly();
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        file.read(offset, target);
    }

    @Override
    public boolean readNow(long offset, IoVector target) throws IOException {
        return file.readNow(offset, target);
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        file.write(offset, source);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        file.writeZeroes(offset, length, mayUnmap);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        file.discard(offset, length);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Extent below = file.extent(offset, length);
        return below.kind() == Extent.Kind.DATA ? Extent.data(below.length(), offset) : below;
    }

    @Override
    public void resize(long length) throws IOException {
        file.resize(length);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file.allocatedBytes();
    }

    @Override
    public ImageDetails details() {
        return ImageDetails.NONE;
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        file.reopen(readOnly);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
