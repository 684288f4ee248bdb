package org.margay.testkit.images;

import java.io.IOException;
import java.util.Random;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.NoSpaceException;
import org.margay.memory.IoVector;

/** A file on a host without room: while it fails, writes are done in part, or not at all, at random. One thread. */
public final class FlakyNode implements BlockNode {
    private final BlockNode below;
    private final Random random;
    private boolean failing;

    public FlakyNode(BlockNode below, Random random) {
        this.below = below;
        this.random = random;
    }

    public void fail(boolean change) {
        failing = change;
    }

    @Override
    public String driver() {
        return below.driver();
    }

    @Override
    public String filename() {
        return below.filename();
    }

    @Override
    public long length() {
        return below.length();
    }

    @Override
    public boolean readOnly() {
        return below.readOnly();
    }

    @Override
    public boolean growable() {
        return below.growable();
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        below.read(offset, target);
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        if (failing && random.nextBoolean()) {
            below.write(offset, source.slice(0, random.nextLong(source.size() + 1)));
            throw new NoSpaceException("No space left on device");
        }
        below.write(offset, source);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        if (failing && random.nextBoolean()) {
            throw new NoSpaceException("No space left on device");
        }
        below.writeZeroes(offset, length, mayUnmap);
    }

    @Override
    public void flush() throws IOException {
        below.flush();
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        return below.extent(offset, length);
    }

    @Override
    public void resize(long length) throws IOException {
        below.resize(length);
    }

    @Override
    public void reopen(boolean readOnly) throws IOException {
        below.reopen(readOnly);
    }

    @Override
    public void close() throws IOException {
        below.close();
    }
}
