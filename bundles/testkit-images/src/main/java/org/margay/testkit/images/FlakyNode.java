package org.margay.testkit.images;

import java.io.IOException;
import java.util.Random;
import org.margay.block.BlockNode;
import org.margay.block.FilterNode;
import org.margay.block.NoSpaceException;
import org.margay.memory.IoVector;

/** A file on a host without room: while it fails, writes are done in part, or not at all, at random. One thread. */
public final class FlakyNode extends FilterNode {
    private final Random random;
    private boolean failing;

    public FlakyNode(BlockNode below, Random random) {
        super(below);
        this.random = random;
    }

    public void fail(boolean change) {
        failing = change;
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
}
