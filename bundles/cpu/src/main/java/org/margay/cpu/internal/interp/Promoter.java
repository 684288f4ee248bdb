package org.margay.cpu.internal.interp;

import org.jspecify.annotations.Nullable;

/** Who translates blocks that ran often. On the vCPU's thread. */
public interface Promoter {
    /** How many instructions the interpreter must have spent on a block for it to be offered, and between two offers. */
    int threshold();

    /**
     * Whether now is the time for a block; else it is offered again later.
     *
     * @param instructions that the interpreter spent on it; fewer, where it has to wait longer than others
     */
    boolean hasTimeFor(long instructions);

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
