package org.margay.http.internal;

import java.io.IOException;
import java.net.URI;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageException;
import org.margay.block.Ranges;
import org.margay.block.ReadCache;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/** A file on a web server, for reading. */
final class HttpNode implements BlockNode {
    private final String filename;
    private final WebFile file;
    private final ReadCache cache;

    private HttpNode(String filename, WebFile file, ReadCache cache) {
        this.filename = filename;
        this.file = file;
        this.cache = cache;
    }

    static HttpNode open(String filename, HttpSettings settings) throws IOException {
        WebFile file = WebFile.open(filename, settings);
        return new HttpNode(
                filename,
                file,
                new ReadCache(
                        file::read,
                        file.length(),
                        settings.blockSize(),
                        settings.readAhead(),
                        settings.cachedBlocks()));
    }

    @Override
    public String driver() {
        return URI.create(filename).getScheme();
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return file.length();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        cache.read(offset, target);
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
            throw new UnsupportedImageException("protocol http does not support writes");
        }
    }

    @Override
    public void close() {
        file.close();
        cache.close();
    }
}
