package org.margay.block;

import java.io.IOException;
import org.margay.memory.IoVector;

/** An {@link ImageNode} that can store clusters compressed, each written once: for "convert -c". */
public interface CompressedWriter {
    /**
     * Writes one cluster, or the end of the last one. Several threads may write different clusters at once.
     *
     * @param offset a multiple of the cluster size, where nothing was written before
     */
    void writeCompressed(long offset, IoVector cluster) throws IOException;
}
