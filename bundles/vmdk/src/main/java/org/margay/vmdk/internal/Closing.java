package org.margay.vmdk.internal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;

/** Closes several nodes, all of them whatever happens. */
final class Closing {
    private Closing() {}

    static void all(List<BlockNode> nodes) throws IOException {
        @Nullable IOException failure = null;
        for (BlockNode node : nodes) {
            try {
                node.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
