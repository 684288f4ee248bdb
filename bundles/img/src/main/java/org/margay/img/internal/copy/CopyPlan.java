package org.margay.img.internal.copy;

import org.margay.block.ImageNode;

/**
 * How to copy.
 *
 * @param target long enough for the source
 * @param zeroTarget whether the target reads as zeros everywhere: zeros need not be written
 * @param backedTarget whether what the source does not say is left to the target's backing file
 * @param sparse bytes of zeros in a row that are not written as data; 0: everything is written as data
 * @param clusterSize of a compressed target; 0: it is not compressed
 * @param inOrder whether the target is written from its beginning to its end
 * @param requests how many are under way at a time
 */
public record CopyPlan(
        Source source,
        ImageNode target,
        boolean zeroTarget,
        boolean backedTarget,
        long sparse,
        int clusterSize,
        boolean inOrder,
        int requests) {}
