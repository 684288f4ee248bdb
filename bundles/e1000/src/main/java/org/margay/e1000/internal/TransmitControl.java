package org.margay.e1000.internal;

/**
 * The second half of a transmit descriptor, 64 bits: lengths, commands, status (8254x manual, sections 3.3.3, 3.3.6 and 3.3.7). The
 * three kinds of descriptors have their commands at the same place.
 */
final class TransmitControl {
    /** End of packet. */
    static final long END = 1L << 24;
    /** Insert the check sequence. */
    static final long INSERT_CHECK_SEQUENCE = 1L << 25;
    /** Legacy descriptor: insert a checksum. */
    static final long INSERT_CHECKSUM = 1L << 26;
    /** Data descriptor: cut the packet in segments. Context descriptor: is for packets that are cut. */
    static final long SEGMENT = 1L << 26;
    /** Insert a VLAN tag. */
    static final long VLAN = 1L << 30;
    /** Context descriptor: the transport is TCP. */
    static final long CONTEXT_TCP = 1L << 24;
    /** Context descriptor: the network is IPv4. */
    static final long CONTEXT_IP_4 = 1L << 25;
    /** Data descriptor: insert the IP header's checksum. */
    static final long OPTION_IP = 1L << 40;
    /** Data descriptor: insert the transport's checksum. */
    static final long OPTION_TRANSPORT = 1L << 41;
    /** Status: done. */
    static final int DONE = 1;

    private static final long REPORT_STATUS = 1L << 27;
    private static final long REPORT_PACKET_SENT = 1L << 28;
    private static final long EXTENDED = 1L << 29;
    private static final long DELAY_INTERRUPT = 1L << 31;
    private static final long TYPE = 0xFL << 20;

    private TransmitControl() {}

    static boolean is(long control, long bit) {
        return (control & bit) != 0;
    }

    static boolean legacy(long control) {
        return (control & EXTENDED) == 0;
    }

    static boolean context(long control) {
        return (control & EXTENDED) != 0 && (control & TYPE) == 0;
    }

    /** Bytes in the buffer. */
    static int length(long control) {
        return (int) control & (legacy(control) ? 0xFFFF : 0xF_FFFF);
    }

    /** Whether the descriptor is to be written back. */
    static boolean reports(long control) {
        return (control & (REPORT_STATUS | REPORT_PACKET_SENT)) != 0;
    }

    /** Whether the interrupt may wait. */
    static boolean delays(long control) {
        return (control & DELAY_INTERRUPT) != 0;
    }

    /** Legacy descriptor: where the checksum goes. */
    static int checksumOffset(long control) {
        return (int) (control >>> 16) & 0xFF;
    }

    /** Legacy descriptor: first byte that is summed. */
    static int checksumStart(long control) {
        return (int) (control >>> 40) & 0xFF;
    }

    /** The VLAN tag. */
    static int tag(long control) {
        return (int) (control >>> 48) & 0xFFFF;
    }
}
