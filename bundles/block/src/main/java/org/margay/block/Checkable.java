package org.margay.block;

import java.io.IOException;
import java.util.List;

/** An {@link ImageNode} whose metadata can be examined. No request is under way meanwhile. */
public interface Checkable {
    /** What to mend. */
    enum Repair {
        NOTHING,
        /** Clusters that nobody uses. */
        LEAKS,
        /** All that can be. */
        ALL
    }

    /**
     * What was found.
     *
     * @param corruptions that a guest may see, those not mended
     * @param leaks clusters that nobody uses, those not freed
     * @param corruptionsFixed how many were
     * @param leaksFixed how many were
     * @param findings a line for each, for people
     * @param totalClusters that the guest's size makes
     * @param allocatedClusters of these
     * @param fragmentedClusters of these, that do not lie behind the one before
     * @param compressedClusters of these
     * @param imageEnd offset in the file behind the last cluster in use
     */
    record Result(
            long corruptions,
            long leaks,
            long corruptionsFixed,
            long leaksFixed,
            List<String> findings,
            long totalClusters,
            long allocatedClusters,
            long fragmentedClusters,
            long compressedClusters,
            long imageEnd) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    Result check(Repair repair) throws IOException;
}
