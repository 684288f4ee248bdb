package org.margay.qcow2.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.Ranges;
import org.margay.memory.IoVector;

/**
 * A file in memory that remembers all that was done to it, so that it can be had as it would be if the process, or the host, had
 * stopped at any moment. Any thread.
 */
final class RecordingFile implements BlockNode {
    private static final int SECTOR = 512;

    /** Bytes written at an offset; null: a flush that has ended. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Step(long offset, byte[] bytes) {}

    private final List<Step> steps = new ArrayList<>();
    private final byte[] start;
    private byte[] content;
    private int length;

    RecordingFile(byte[] start) {
        this.start = start.clone();
        this.content = start.clone();
        this.length = start.length;
    }

    /** How many steps there were: a moment. */
    synchronized int moment() {
        return steps.size();
    }

    /** The file if the process had been killed: all that was written is there, all that was not is not. */
    synchronized byte[] killedAt(int moment) {
        byte[] image = start.clone();
        for (Step step : steps.subList(0, moment)) {
            image = apply(image, step.offset, step.bytes, 0, step.bytes.length);
        }
        return image;
    }

    /** The file if the host had lost its power: of what was written since the last flush, any sectors are there. */
    synchronized byte[] unpluggedAt(int moment, Random random) {
        int flushed = moment;
        while (flushed > 0 && steps.get(flushed - 1).offset >= 0) {
            flushed--;
        }
        byte[] image = killedAt(flushed);
        int odds = 1 + random.nextInt(9);
        for (Step step : steps.subList(flushed, moment)) {
            for (int from = 0; from < step.bytes.length; ) {
                int part = (int) Math.min(step.bytes.length - from, SECTOR - (step.offset + from) % SECTOR);
                if (random.nextInt(10) < odds) {
                    image = apply(image, step.offset, step.bytes, from, part);
                }
                from += part;
            }
        }
        return image;
    }

    private static byte[] apply(byte[] image, long offset, byte[] bytes, int from, int size) {
        if (offset < 0 || size == 0) {
            return image;
        }
        int at = Math.toIntExact(offset + from);
        byte[] grown = at + size > image.length ? Arrays.copyOf(image, at + size) : image;
        System.arraycopy(bytes, from, grown, at, size);
        return grown;
    }

    @Override
    public String driver() {
        return "file";
    }

    @Override
    public String filename() {
        return "recorded";
    }

    @Override
    public synchronized long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public boolean growable() {
        return true;
    }

    @Override
    public synchronized void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        target.copyFrom(MemorySegment.ofArray(content).asSlice(offset, target.size()));
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        byte[] bytes = new byte[(int) source.size()];
        source.copyTo(MemorySegment.ofArray(bytes));
        write(offset, bytes);
    }

    private synchronized void write(long offset, byte... bytes) throws IOException {
        Ranges.checkWrite(this, offset, bytes.length);
        steps.add(new Step(offset, bytes));
        int end = Math.toIntExact(offset + bytes.length);
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(end, content.length * 2));
        }
        System.arraycopy(bytes, 0, content, (int) offset, bytes.length);
        length = Math.max(length, end);
    }

    @Override
    public void writeZeroes(long offset, long size, boolean mayUnmap) throws IOException {
        write(offset, new byte[(int) size]);
    }

    /** A discard may do nothing or make zeros, at any time: here it makes noise, which shows whoever needs the bytes still. */
    @Override
    public void discard(long offset, long size) throws IOException {
        byte[] noise = new byte[(int) size];
        Arrays.fill(noise, (byte) 0xDD);
        write(offset, noise);
    }

    @Override
    public synchronized void flush() {
        steps.add(new Step(-1, new byte[0]));
    }

    @Override
    public Extent extent(long offset, long size) {
        return Extent.data(size, offset);
    }

    @Override
    public void reopen(boolean readOnly) {}

    @Override
    public void close() {}
}
