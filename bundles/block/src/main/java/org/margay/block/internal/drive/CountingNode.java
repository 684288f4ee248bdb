package org.margay.block.internal.drive;

import java.io.IOException;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.margay.block.BlockNode;
import org.margay.block.FilterNode;
import org.margay.memory.IoVector;

/** Counts what a format does with the file that it lies on: query-blockstats' "parent". Hands all on. Any thread. */
final class CountingNode extends FilterNode {
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder readNanos = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private final LongAdder flushNanos = new LongAdder();
    private final LongAccumulator highestOffset = new LongAccumulator(Math::max, 0);

    CountingNode(BlockNode file) {
        super(file);
    }

    Accounting.Counts counts() {
        return new Accounting.Counts(
                readBytes.sum(),
                writtenBytes.sum(),
                reads.sum(),
                writes.sum(),
                flushes.sum(),
                readNanos.sum(),
                writeNanos.sum(),
                flushNanos.sum(),
                highestOffset.get());
    }

    /** Begins at nothing: what opening the image took is not the guest's. */
    void reset() {
        for (LongAdder adder :
                new LongAdder[] {readBytes, writtenBytes, reads, writes, flushes, readNanos, writeNanos, flushNanos}) {
            adder.reset();
        }
        highestOffset.reset();
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        long begin = System.nanoTime();
        below.read(offset, target);
        readNanos.add(System.nanoTime() - begin);
        readBytes.add(target.size());
        reads.increment();
    }

    @Override
    public boolean readNow(long offset, IoVector target) throws IOException {
        long begin = System.nanoTime();
        if (!below.readNow(offset, target)) {
            return false;
        }
        readNanos.add(System.nanoTime() - begin);
        readBytes.add(target.size());
        reads.increment();
        return true;
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        long begin = System.nanoTime();
        below.write(offset, source);
        wrote(offset, source.size(), begin);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        long begin = System.nanoTime();
        below.writeZeroes(offset, length, mayUnmap);
        wrote(offset, length, begin);
    }

    private void wrote(long offset, long length, long begin) {
        writeNanos.add(System.nanoTime() - begin);
        writtenBytes.add(length);
        writes.increment();
        highestOffset.accumulate(offset + length);
    }

    @Override
    public void flush() throws IOException {
        long begin = System.nanoTime();
        below.flush();
        flushNanos.add(System.nanoTime() - begin);
        flushes.increment();
    }
}
