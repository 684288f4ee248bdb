package org.margay.e1000.internal;

import java.util.Optional;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;

/** What the chip finds out about the checksums of a frame received (8254x manual, sections 3.2.3, 3.2.9 and 13.4.45). */
final class ReceiveChecksum {
    /** Bits of RXCSUM. */
    static final int CONTROL_MASK = 0x7FF;

    private static final int CONTROL_START = 0xFF;
    private static final int CONTROL_IP = 1 << 8;
    private static final int CONTROL_TRANSPORT = 1 << 9;
    private static final int CONTROL_VERSION_6 = 1 << 10;

    private static final int STATUS_IGNORE = 1 << 2;
    private static final int STATUS_TRANSPORT_CHECKED = 1 << 5;
    private static final int STATUS_IP_CHECKED = 1 << 6;
    private static final int ERROR_TRANSPORT = 1 << (8 + 5);
    private static final int ERROR_IP = 1 << (8 + 6);

    private ReceiveChecksum() {}

    /**
     * Checks IP's checksum and that of TCP or UDP, as far as RXCSUM asks for it.
     *
     * @return bits of the descriptor's status, bits of its errors above them
     */
    static int check(Frame frame, int control) {
        if ((control & (CONTROL_IP | CONTROL_TRANSPORT)) == 0) {
            return STATUS_IGNORE;
        }
        Optional<IpPacket> found = IpPacket.find(frame.bytes());
        if (found.isEmpty()) {
            return STATUS_IGNORE;
        }
        IpPacket packet = found.get();
        int result = 0;
        if ((control & CONTROL_IP) != 0 && !packet.version6()) {
            result |= STATUS_IP_CHECKED | (packet.headerRight() ? 0 : ERROR_IP);
        }
        if ((control & CONTROL_TRANSPORT) != 0
                && (!packet.version6() || (control & CONTROL_VERSION_6) != 0)
                && summed(frame.bytes(), packet)) {
            boolean right = frame.offload().checksum() == Offload.Checksum.VALID || packet.transportRight();
            result |= STATUS_TRANSPORT_CHECKED | (right ? 0 : ERROR_TRANSPORT);
        }
        return result == 0 ? STATUS_IGNORE : result;
    }

    /** Whether there is a checksum: UDP may go without. */
    private static boolean summed(byte[] bytes, IpPacket packet) {
        IpPacket.Transport transport = packet.transport();
        return transport == IpPacket.Transport.TCP
                || transport == IpPacket.Transport.UDP
                        && InternetChecksum.get(bytes, packet.transportStart() + transport.checksumOffset()) != 0;
    }

    /** The packet checksum: the sum from a byte of the stored packet to its end. */
    static int packetSum(StoredFrame stored, int control) {
        return stored.sum(control & CONTROL_START);
    }
}
