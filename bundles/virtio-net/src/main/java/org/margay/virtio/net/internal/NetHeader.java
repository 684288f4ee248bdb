package org.margay.virtio.net.internal;

import org.jspecify.annotations.Nullable;
import org.margay.net.Offload;

/**
 * What stands in front of every frame in a queue (virtio 1.2, 5.1.6): which work on the frame is left to whom. Little-endian, as
 * legacy devices of a PC have it too.
 */
final class NetHeader {
    /** Bytes, without and with the number of buffers. */
    static final int SHORT = 10;

    static final int LONG = 12;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int BUFFERS = 10;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int DATA_VALID = 2;

    private static final int GSO_NONE = 0;
    private static final int GSO_TCP4 = 1;
    private static final int GSO_UDP = 3;
    private static final int GSO_TCP6 = 4;
    private static final int GSO_ECN = 0x80;

    private static final int TCP_HEADER = 20;
    private static final int TCP_DATA_OFFSET = 12;
    private static final int UDP_HEADER = 8;

    private NetHeader() {}

    /**
     * What a driver leaves to the device.
     *
     * @param header {@link #SHORT} bytes at least
     * @param frame as it follows the header
     * @return null when it is not to be understood
     */
    static @Nullable Offload parse(byte[] header, byte[] frame) {
        int gso = header[GSO_TYPE] & 0xFF;
        boolean partial = (header[FLAGS] & NEEDS_CHECKSUM) != 0;
        if (gso == GSO_NONE && !partial) {
            return Offload.NONE;
        }
        int start = partial ? word(header, CHECKSUM_START) : 0;
        int offset = partial ? word(header, CHECKSUM_OFFSET) : 0;
        Offload.Checksum checksum = partial ? Offload.Checksum.PARTIAL : Offload.Checksum.COMPLETE;
        if (gso == GSO_NONE) {
            return new Offload(checksum, start, offset, Offload.Segmentation.NONE, 0, 0, false);
        }
        Offload.Segmentation segmentation = switch (gso & ~GSO_ECN) {
            case GSO_TCP4 -> Offload.Segmentation.TCP4;
            case GSO_TCP6 -> Offload.Segmentation.TCP6;
            case GSO_UDP -> Offload.Segmentation.UDP;
            default -> Offload.Segmentation.NONE;
        };
        int size = word(header, GSO_SIZE);
        int length = partial ? headerLength(segmentation, frame, start) : word(header, HEADER_LENGTH);
        if (segmentation == Offload.Segmentation.NONE || size == 0 || length > frame.length || length > 0xFFFF) {
            return null;
        }
        return new Offload(checksum, start, offset, segmentation, size, length, (gso & GSO_ECN) != 0);
    }

    /** Drivers' own idea of it is a hint only (5.1.6.2.2): where the transport's header begins is where its sum does. */
    private static int headerLength(Offload.Segmentation segmentation, byte[] frame, int start) {
        if (segmentation == Offload.Segmentation.UDP) {
            return start + UDP_HEADER;
        }
        int at = start + TCP_DATA_OFFSET;
        int length = at < frame.length ? (frame[at] & 0xF0) >>> 2 : TCP_HEADER;
        return start + Math.max(length, TCP_HEADER);
    }

    /**
     * Tells a driver what is left to it.
     *
     * @param target {@link #LONG} bytes
     * @param checked whether the driver wants to know of checksums that were found right
     */
    static void fill(byte[] target, Offload offload, boolean checked) {
        boolean partial = offload.checksum() == Offload.Checksum.PARTIAL;
        boolean valid = checked && offload.checksum() == Offload.Checksum.VALID;
        target[FLAGS] = (byte) (partial ? NEEDS_CHECKSUM : valid ? DATA_VALID : 0);
        int gso = switch (offload.segmentation()) {
            case NONE -> GSO_NONE;
            case TCP4 -> GSO_TCP4;
            case TCP6 -> GSO_TCP6;
            case UDP -> GSO_UDP;
        };
        target[GSO_TYPE] = (byte) (gso | (offload.ecn() && gso != GSO_NONE ? GSO_ECN : 0));
        word(target, HEADER_LENGTH, offload.headerLength());
        word(target, GSO_SIZE, offload.segmentSize());
        word(target, CHECKSUM_START, partial ? offload.checksumStart() : 0);
        word(target, CHECKSUM_OFFSET, partial ? offload.checksumOffset() : 0);
        buffers(target, 1);
    }

    /** Says how many chains a frame fills. */
    static void buffers(byte[] target, int count) {
        word(target, BUFFERS, count);
    }

    private static int word(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }

    private static void word(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
    }
}
