package org.margay.image.blocks;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.margay.block.ImageException;

/** Chunks packed by zlib (RFC 1950). */
public final class Zlib {
    private Zlib() {}

    /**
     * Unpacks a chunk into as many bytes as there is room for.
     *
     * @return how many bytes came
     * @throws ImageException when it is damaged
     */
    public static int inflate(byte[] packed, byte[] target) throws ImageException {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed);
            int count = 0;
            while (count < target.length && !inflater.finished()) {
                int more = inflater.inflate(target, count, target.length - count);
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new ImageException("compressed data end too early");
                }
                count += more;
            }
            return count;
        } catch (DataFormatException e) {
            throw new ImageException("compressed data are damaged: " + e.getMessage(), e);
        }
    }

    /** Packs a chunk. */
    public static byte[] deflate(byte[] content) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 2);
            byte[] part = new byte[8192];
            while (!deflater.finished()) {
                packed.write(part, 0, deflater.deflate(part));
            }
            return packed.toByteArray();
        }
    }
}
