package org.margay.image.blocks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chunks of a compressed image that were read last, unpacked. Any thread. */
public final class ChunkCache {
    /** Unpacks a chunk. */
    public interface Source {
        byte[] read(long chunk) throws IOException;
    }

    private final long mostBytes;
    private final Map<Long, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param mostBytes kept; the last chunk is kept even if it alone is larger
     */
    public ChunkCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Gives a chunk, which nobody may change. Two threads may unpack the same one; that is rare and harmless. */
    public byte[] get(long chunk, Source source) throws IOException {
        synchronized (this) {
            byte @Nullable [] known = chunks.get(chunk);
            if (known != null) {
                return known;
            }
        }
        byte[] read = source.read(chunk);
        synchronized (this) {
            byte @Nullable [] before = chunks.put(chunk, read);
            bytes += read.length - (before == null ? 0 : before.length);
            var eldest = chunks.entrySet().iterator();
            while (bytes > mostBytes && chunks.size() > 1) {
                bytes -= eldest.next().getValue().length;
                eldest.remove();
            }
        }
        return read;
    }
}
