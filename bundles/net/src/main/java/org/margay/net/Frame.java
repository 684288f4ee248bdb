package org.margay.net;

/**
 * An Ethernet frame on its way, without preamble and check sequence; nobody changes it any more.
 *
 * @param bytes destination, source, type, payload; may be shorter than Ethernet's minimum
 * @param offload what remains to be done about it
 */
public record Frame(byte[] bytes, Offload offload) {
    /** Bytes in front of the payload: two addresses and a type. */
    public static final int HEADER = 14;

    /** Payload of an ordinary frame at most. */
    public static final int MTU = 1500;

    /** Bytes of any frame at most, with offloads. */
    public static final int MAXIMUM = 65_535 + HEADER + 4;

    /** An ordinary frame. */
    public Frame(byte[] bytes) {
        this(bytes, Offload.NONE);
    }

    public int length() {
        return bytes.length;
    }

    /** All ones when the frame is too short to have one. */
    public MacAddress destination() {
        return bytes.length < MacAddress.LENGTH ? MacAddress.BROADCAST : MacAddress.of(bytes, 0);
    }
}
