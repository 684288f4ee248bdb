package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;

/** Who translates blocks that ran often. On the vCPU's thread. */
public interface Promoter {
    /** How often a block must have run to be offered. */
    int threshold();

    /**
     * A block ran often.
     *
     * @param code reads guest code as the processor sees it now
     * @param rip of the block
     * @return what will stand for the block, installed by the caller; null when nothing is to be gained
     */
    @Nullable
    Region promote(CodeView code, long rip);

    /** All decoded code is thrown away, and regions with it. */
    void forget();
}
