package org.margay.vmdk.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.image.blocks.Fields;
import org.margay.memory.IoVector;

/**
 * Where a descriptor is kept: a file of its own, or a part of a sparse extent.
 *
 * @param offset in the file
 * @param room bytes that it may take; 0: as many as it needs, and the file ends with it
 */
record DescriptorStore(BlockNode file, long offset, long room) {
    Descriptor read() throws IOException {
        long size = room == 0 ? file.length() : Math.min(room, Math.max(0, file.length() - offset));
        if (size > Descriptor.MOST_BYTES) {
            throw new ImageException("the descriptor has %d bytes".formatted(size));
        }
        return Descriptor.parse(
                Fields.read(file, offset, (int) size, ByteOrder.LITTLE_ENDIAN).text(0, (int) size));
    }

    /** Writes it, zeros behind it. */
    void write(Descriptor descriptor) throws IOException {
        byte[] text = descriptor.toString().getBytes(StandardCharsets.UTF_8);
        if (room != 0 && text.length > room) {
            throw new ImageException("the descriptor does not fit into its %d bytes".formatted(room));
        }
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes = arena.allocate(Math.max(text.length, room));
            MemorySegment.copy(text, 0, bytes, ValueLayout.JAVA_BYTE, 0, text.length);
            file.write(offset, IoVector.of(bytes));
        }
        if (room == 0 && file.length() > text.length) {
            file.resize(text.length);
        }
    }
}
