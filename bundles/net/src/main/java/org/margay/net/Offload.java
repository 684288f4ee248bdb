package org.margay.net;

/**
 * Work on a frame that its sender left to whoever passes it on, or that its receiver need not do: what virtio calls the network
 * header (virtio 1.2, 5.1.6). Only given to those that {@link NetClient.Handler#offloads() take} it.
 *
 * @param checksum what is to be done about the transport checksum
 * @param checksumStart {@link Checksum#PARTIAL}: first byte that is summed, from the start of the frame
 * @param checksumOffset {@link Checksum#PARTIAL}: where the sum is stored, from checksumStart; the pseudo header's sum is there
 *     already
 * @param segmentation how the frame is to be cut to fit the wire
 * @param segmentSize bytes of payload in each piece but the last
 * @param headerLength bytes in front of the payload, repeated in each piece
 * @param ecn TCP: the first piece alone keeps CWR
 */
public record Offload(
        Checksum checksum,
        int checksumStart,
        int checksumOffset,
        Segmentation segmentation,
        int segmentSize,
        int headerLength,
        boolean ecn) {
    /** What is to be done about the transport checksum. */
    public enum Checksum {
        /** It is in the frame, and nobody looked at it. */
        COMPLETE,
        /** Only the pseudo header is summed. */
        PARTIAL,
        /** It was found right, or the frame never left this host. */
        VALID
    }

    /** How a frame longer than the wire allows is cut. */
    public enum Segmentation {
        NONE,
        TCP4,
        TCP6,
        UDP
    }

    /** An ordinary frame. */
    public static final Offload NONE = new Offload(Checksum.COMPLETE, 0, 0, Segmentation.NONE, 0, 0, false);

    /** An ordinary frame whose checksums need not be looked at. */
    public static final Offload CHECKED = new Offload(Checksum.VALID, 0, 0, Segmentation.NONE, 0, 0, false);

    public Offload {
        if ((checksumStart | checksumOffset | segmentSize | headerLength) >>> 16 != 0) {
            throw new IllegalArgumentException("offload out of range");
        }
    }
}
