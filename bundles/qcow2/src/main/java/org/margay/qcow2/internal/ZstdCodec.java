package org.margay.qcow2.internal;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.margay.block.ImageException;

/** Zstandard frames (RFC 8878). */
final class ZstdCodec implements Codec {
    private static final int MAGIC = 0xFD2F_B528;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void decompress(MemorySegment source, MemorySegment target) throws ImageException {
        try {
            int count = new ZstdJavaDecompressor().decompress(source.asSlice(0, frameLength(source)), target);
            if (count != target.byteSize()) {
                throw new ImageException("compressed cluster is too short");
            }
        } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ImageException("compressed cluster is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Bytes of the frame: entries tell sectors only, and the decompressor wants to know exactly. Section 3.1.1 of the RFC: header,
     * blocks, checksum.
     */
    private static long frameLength(MemorySegment source) throws ImageException {
        if (source.byteSize() < 6 || source.get(INT, 0) != MAGIC) {
            throw new ImageException("compressed cluster is no zstd frame");
        }
        int descriptor = source.get(ValueLayout.JAVA_BYTE, 4);
        boolean single = (descriptor & 0x20) != 0;
        int window = single ? 0 : 1;
        int dictionary = (1 << (descriptor & 3)) >> 1;
        int size = switch (descriptor >> 6 & 3) {
            case 0 -> single ? 1 : 0;
            case 1 -> 2;
            case 2 -> 4;
            default -> 8;
        };
        long at = 5L + window + dictionary + size;
        boolean last = false;
        while (!last) {
            if (at > source.byteSize() - 4) {
                throw new ImageException("compressed cluster is cut off");
            }
            int block = source.get(INT, at) & 0xFF_FFFF;
            last = (block & 1) != 0;
            // A block of type RLE has one byte, however many it stands for.
            at += 3 + ((block >> 1 & 3) == 1 ? 1 : block >> 3);
        }
        at += (descriptor & 4) != 0 ? 4 : 0;
        if (at > source.byteSize()) {
            throw new ImageException("compressed cluster is cut off");
        }
        return at;
    }

    @Override
    public int compress(MemorySegment source, MemorySegment target) {
        ZstdJavaCompressor compressor = new ZstdJavaCompressor();
        byte[] in = source.toArray(ValueLayout.JAVA_BYTE);
        byte[] out = new byte[compressor.maxCompressedLength(in.length)];
        int count = compressor.compress(in, 0, in.length, out, 0, out.length);
        if (count > target.byteSize()) {
            return -1;
        }
        MemorySegment.copy(out, 0, target, ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }
}
