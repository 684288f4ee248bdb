package org.margay.ftp.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.block.ReadCache;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/** A file on a server, for reading. */
final class RemoteNode implements BlockNode {
    /** 128 KiB; 32 MiB of them are kept, up to 2 MiB fetched at a time. */
    private static final int BLOCK = 128 << 10;

    private static final int READ_AHEAD = 16;
    private static final int CACHED = 256;

    /** Where the bytes come from. */
    interface Content {
        void read(long offset, IoVector target) throws IOException;
    }

    private final String driver;
    private final String filename;
    private final long length;
    private final Content content;
    private final Runnable end;

    /** @param end what is to be done when it is closed */
    RemoteNode(String driver, String filename, long length, Content content, Runnable end) {
        this.driver = driver;
        this.filename = filename;
        this.length = length;
        this.content = content;
        this.end = end;
    }

    /** One that keeps what it has read. */
    static RemoteNode cached(String driver, String filename, long length, ReadCache.Fetcher fetcher, Runnable end) {
        ReadCache cache = new ReadCache(fetcher, length, BLOCK, READ_AHEAD, CACHED);
        return new RemoteNode(driver, filename, length, cache::read, () -> {
            end.run();
            cache.close();
        });
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        content.read(offset, target);
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        throw new ImageException("%s is read-only".formatted(filename));
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        throw new ImageException("%s is read-only".formatted(filename));
    }

    @Override
    public void flush() {}

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        return Extent.data(length, offset);
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        if (!readOnly) {
            throw new UnsupportedImageException("protocol %s does not support writes".formatted(driver));
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
