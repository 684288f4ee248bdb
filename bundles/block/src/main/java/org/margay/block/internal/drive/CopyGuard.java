package org.margay.block.internal.drive;

import java.io.IOException;
import org.margay.block.BlockNode;

/**
 * Keeps those who copy up what lies below an image (a block job, copy-on-read) and those who write the same bytes apart: what a copier
 * has read below must not overwrite what the guest wrote meanwhile. Any thread but under the machine lock; waits are as long as one
 * copy or write.
 */
interface CopyGuard {
    /** Nobody copies. */
    CopyGuard NONE = new CopyGuard() {
        @Override
        public void changing(long offset, long length, Change change) throws IOException {
            change.run();
        }

        @Override
        public void reading(BlockNode node, long offset, long length) {}
    };

    /** Writes something. */
    @FunctionalInterface
    interface Change {
        void run() throws IOException;
    }

    /** Writes while nobody copies the range. */
    void changing(long offset, long length, Change change) throws IOException;

    /** Before a range is read. */
    void reading(BlockNode node, long offset, long length) throws IOException;
}
