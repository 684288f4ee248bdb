package org.margay.vpc.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageDetails;
import org.margay.block.ImageException;
import org.margay.block.ImageNode;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/** A fixed VHD: the bytes of the disk, with a footer behind them. */
final class FixedImage implements ImageNode {
    private final BlockNode file;
    private final long length;

    FixedImage(BlockNode file, Footer footer) throws ImageException {
        this.file = file;
        this.length = footer.sectors() * 512;
        if (length > file.length() - Footer.SIZE) {
            throw new ImageException(
                    "the file has %d bytes, too few for a disk of %d".formatted(file.length(), length));
        }
    }

    @Override
    public String driver() {
        return "vpc";
    }

    @Override
    public BlockNode file() {
        return file;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return file.readOnly();
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        file.read(offset, target);
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        file.write(offset, source);
    }

    @Override
    public void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, size);
        file.writeZeroes(offset, size, mayUnmap);
    }

    @Override
    public void discard(long offset, long size) throws IOException {
        Ranges.checkWrite(this, offset, size);
        file.discard(offset, size);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @Override
    public Extent extent(long offset, long size) throws IOException {
        Ranges.check(this, offset, size);
        return file.extent(offset, size);
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
