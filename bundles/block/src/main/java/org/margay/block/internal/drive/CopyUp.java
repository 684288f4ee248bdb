package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.ImageNode;
import org.margay.memory.IoVector;

/**
 * Copies into an image what lies between it and a base below it. Without a base what is zero need not be copied: nothing is left below
 * that could show through. Any thread; whoever calls keeps writers of the range away.
 */
final class CopyUp {
    /** Bytes that are copied at a time: many clusters of all formats, little beside the host's cache. */
    static final int CHUNK = 512 * 1024;

    private static final int ALIGNMENT = 4096;

    private final ImageNode top;
    private final @Nullable BlockNode base;
    private final boolean keepsBacking;

    /**
     * For one image.
     *
     * @param base whose content may stay where it is, or null
     * @param keepsBacking whether what lies below stays there without a base too: then zeros must be copied
     */
    CopyUp(ImageNode top, @Nullable BlockNode base, boolean keepsBacking) {
        this.top = top;
        this.base = base;
        this.keepsBacking = keepsBacking || base != null;
    }

    /** A buffer; one for many copies, as it is filled with zeros at first. */
    static MemorySegment buffer(Arena arena, long size) {
        return arena.allocate(Math.min(size, CHUNK), ALIGNMENT);
    }

    /** What is to be done with a range. */
    enum Need {
        NOTHING,
        ZEROS,
        COPY
    }

    /** What is to be done as far as it is the same. */
    record Part(Need need, long length) {}

    /** What is to be done with the beginning of a range. */
    Part part(long offset, long length) throws IOException {
        Extent own = top.extent(offset, length);
        if (own.kind() != Extent.Kind.UNALLOCATED) {
            return new Part(Need.NOTHING, own.length());
        }
        long same = own.length();
        @Nullable BlockNode node = top.backing();
        while (node != null && !node.equals(base)) {
            if (offset >= node.length()) {
                // What is longer than its backing file reads as zeros there, whatever lies deeper.
                return new Part(zeros(), same);
            }
            Extent extent = node.extent(offset, Math.min(same, node.length() - offset));
            same = extent.length();
            switch (extent.kind()) {
                case DATA -> {
                    return new Part(Need.COPY, same);
                }
                case ZERO -> {
                    return new Part(zeros(), same);
                }
                case UNALLOCATED -> node = node instanceof ImageNode image ? image.backing() : null;
            }
        }
        return new Part(node == null ? zeros() : Need.NOTHING, same);
    }

    private Need zeros() {
        return keepsBacking ? Need.ZEROS : Need.NOTHING;
    }

    /**
     * Copies a range, where it is still to be copied.
     *
     * @param buffer for as much at a time as it holds
     */
    void copy(long offset, long length, MemorySegment buffer) throws IOException {
        long at = offset;
        long end = offset + length;
        while (at < end) {
            Part part = part(at, end - at);
            switch (part.need()) {
                case NOTHING -> {}
                case ZEROS -> top.writeZeroes(at, part.length(), true);
                case COPY -> move(at, part.length(), buffer);
            }
            at += part.length();
        }
    }

    private void move(long offset, long length, MemorySegment buffer) throws IOException {
        for (long done = 0; done < length; done += buffer.byteSize()) {
            IoVector memory = IoVector.of(buffer.asSlice(0, Math.min(buffer.byteSize(), length - done)));
            top.read(offset + done, memory);
            if (!memory.isZero()) {
                top.write(offset + done, memory);
            } else if (keepsBacking) {
                top.writeZeroes(offset + done, memory.size(), true);
            }
        }
    }
}
