package org.margay.block.internal.drive;

import java.util.Optional;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;

/**
 * What lies in a drive: an image, open. Immutable: another image on top is another medium.
 *
 * @param root whose content the guest sees
 */
public record Medium(BlockNode root) {
    private static final int SECTOR = 512;

    /** Bytes as the guest sees them: whole sectors. */
    long length() {
        long bytes = root.length();
        return bytes > Long.MAX_VALUE - SECTOR ? bytes / SECTOR * SECTOR : (bytes + SECTOR - 1) / SECTOR * SECTOR;
    }

    /** Whether nothing can be read before somebody gives the password. */
    public boolean waitsForPassword() {
        return root instanceof ImageNode image && image.locked();
    }

    /** What its image has done with the file that it lies on. */
    public Optional<Accounting.Counts> fileCounts() {
        return Media.counter(root).map(CountingNode::counts);
    }

    /** Gives it up, with all that lies below. Not under the machine lock while the guest may run. */
    public void close() {
        Media.close(root);
    }
}
