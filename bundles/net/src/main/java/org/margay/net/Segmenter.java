package org.margay.net;

import java.util.List;

/** Does in software what the sender of a frame left to others: checksums and segmentation. */
final class Segmenter {
    private Segmenter() {}

    /** What a receiver gets of a frame that it can't take as it is. */
    static List<Frame> finish(Frame frame, OffloadSet receiver) {
        throw new UnsupportedOperationException("to come: " + frame.offload() + " " + receiver);
    }
}
