package org.margay.vmdk.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * A flat extent: bytes as they are, at an offset of a file; or zeros, without a file, which swallow nothing: they can't be written.
 */
final class FlatExtent implements BlockNode {
    private final @Nullable BlockNode file;
    private final long offset;
    private final long length;

    FlatExtent(@Nullable BlockNode file, long offset, long length) {
        this.file = file;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public String driver() {
        return "vmdk";
    }

    @Override
    public String filename() {
        return file == null ? "" : file.filename();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return file == null || file.readOnly();
    }

    @Override
    public void read(long at, IoVector target) throws IOException {
        Ranges.check(this, at, target.size());
        if (file == null) {
            target.clear();
        } else {
            file.read(offset + at, target);
        }
    }

    @Override
    public void write(long at, IoVector source) throws IOException {
        Ranges.checkWrite(this, at, source.size());
        if (file != null) {
            file.write(offset + at, source);
        }
    }

    @Override
    public void writeZeroes(long at, long size, boolean mayUnmap) throws IOException {
        Ranges.check(this, at, size);
        if (file != null) {
            Ranges.checkWrite(this, at, size);
            file.writeZeroes(offset + at, size, mayUnmap);
        }
    }

    @Override
    public void discard(long at, long size) throws IOException {
        if (file != null) {
            Ranges.checkWrite(this, at, size);
            file.discard(offset + at, size);
        }
    }

    @Override
    public void flush() throws IOException {
        if (file != null) {
            file.flush();
        }
    }

    @Override
    public Extent extent(long at, long size) throws IOException {
        Ranges.check(this, at, size);
        return file == null ? Extent.zero(size) : file.extent(offset + at, size);
    }

    @Override
    public long allocatedBytes() throws IOException {
        return file == null ? 0 : file.allocatedBytes();
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        if (file != null) {
            file.reopen(readOnly);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
