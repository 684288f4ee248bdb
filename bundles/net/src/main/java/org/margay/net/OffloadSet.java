package org.margay.net;

/**
 * Which frames a receiver takes that are not finished yet.
 *
 * @param checksum {@link Offload.Checksum#PARTIAL}
 * @param tcp4 {@link Offload.Segmentation#TCP4}
 * @param tcp6 {@link Offload.Segmentation#TCP6}
 * @param ecn segmentation with ECN bits
 * @param udp {@link Offload.Segmentation#UDP}
 */
public record OffloadSet(boolean checksum, boolean tcp4, boolean tcp6, boolean ecn, boolean udp) {
    /** Finished frames only. */
    public static final OffloadSet NONE = new OffloadSet(false, false, false, false, false);

    /** All there is. */
    public static final OffloadSet ALL = new OffloadSet(true, true, true, true, true);

    /** Whether a frame can be taken as it is. */
    public boolean takes(Offload offload) {
        boolean segmentation = switch (offload.segmentation()) {
            case NONE -> true;
            case TCP4 -> tcp4;
            case TCP6 -> tcp6;
            case UDP -> udp;
        };
        return segmentation && (ecn || !offload.ecn()) && (checksum || offload.checksum() != Offload.Checksum.PARTIAL);
    }
}
