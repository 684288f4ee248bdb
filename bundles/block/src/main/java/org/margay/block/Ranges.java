package org.margay.block;

/** Checks of offsets and lengths at the door of a node. */
public final class Ranges {
    private Ranges() {}

    /**
     * A range that must lie within a node.
     *
     * @throws ImageException when it does not
     */
    public static void check(BlockNode node, long offset, long length) throws ImageException {
        if (offset < 0 || length < 0 || offset > node.length() - length) {
            throw new ImageException("%d bytes at %d are not within the %d of %s"
                    .formatted(length, offset, node.length(), node.filename()));
        }
    }

    /**
     * The door of writes: within the node, unless that grows.
     *
     * @throws ImageException when the node is read-only, or the range not within it
     */
    public static void checkWrite(BlockNode node, long offset, long length) throws ImageException {
        if (node.readOnly()) {
            throw new ImageException("%s is read-only".formatted(node.filename()));
        }
        if (offset < 0 || length < 0 || (!node.growable() && offset > node.length() - length)) {
            throw new ImageException("%d bytes at %d are not within the %d of %s"
                    .formatted(length, offset, node.length(), node.filename()));
        }
    }
}
