package org.margay.qcow2.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.margay.block.ImageException;

/**
 * Deflate without a header (RFC 1951). Readers inflate a cluster at once, so that the distance of a match is no matter of their
 * window: java.util.zip can't be told to keep to the 4 KiB that QEMU's writer keeps to.
 */
final class DeflateCodec implements Codec {
    @Override
    public void decompress(MemorySegment source, MemorySegment target) throws ImageException {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(source.asByteBuffer());
            ByteBuffer out = target.asByteBuffer();
            while (out.hasRemaining()) {
                if (inflater.inflate(out) == 0) {
                    throw new ImageException("compressed cluster is too short");
                }
            }
        } catch (DataFormatException e) {
            throw new ImageException("compressed cluster is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public int compress(MemorySegment source, MemorySegment target) {
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(source.asByteBuffer());
            deflater.finish();
            ByteBuffer out = target.asByteBuffer();
            while (!deflater.finished()) {
                if (!out.hasRemaining() || deflater.deflate(out) == 0) {
                    return -1;
                }
            }
            return out.position();
        }
    }
}
