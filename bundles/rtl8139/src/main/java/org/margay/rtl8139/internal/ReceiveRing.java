package org.margay.rtl8139.internal;

import java.util.ArrayList;
import java.util.List;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;
import org.margay.pci.PciDma;

/**
 * Reception in C+ mode: a ring of descriptors, checked checksums, VLAN tags taken out (RTL8139C+ data sheet, "Rx
 * Command Descriptor", "Rx Status Descriptor").
 */
final class ReceiveRing {
    private static final int BUFFER_SIZE = 0x1FFF;

    private static final int MULTICAST = 1 << 26;
    private static final int PHYSICAL = 1 << 25;
    private static final int BROADCAST = 1 << 24;
    private static final int PROTOCOL_TCP = 1 << 16;
    private static final int PROTOCOL_UDP = 2 << 16;
    private static final int PROTOCOL_IP = 3 << 16;
    private static final int IP_WRONG = 1 << 15;
    private static final int UDP_WRONG = 1 << 14;
    private static final int TCP_WRONG = 1 << 13;

    private static final int TAG_AVAILABLE = 1 << 16;
    private static final int VLAN = 0x8100;
    private static final int ADDRESSES = 12;

    /**
     * Where the ring is and goes on.
     *
     * @param address RDSAR
     */
    record State(long address, int index) {
        State {
            if (index < 0 || index >= Descriptor.MOST) {
                throw new IllegalArgumentException("RTL8139 receive ring");
            }
        }
    }

    private long address;
    private int index;

    void reset() {
        address = 0;
        restart();
    }

    void restart() {
        index = 0;
    }

    long address() {
        return address;
    }

    /**
     * Moves the ring, and begins at its start.
     *
     * @param shift which half of the address is written: 0 or 32
     */
    void setAddress(int shift, Lanes lanes) {
        long half = lanes.over((int) (address >>> shift)) & 0xFFFF_FFFFL;
        address = address & ~(0xFFFF_FFFFL << shift) | half << shift;
        index = 0;
    }

    private long base(Modes modes) {
        long aligned = address & -256;
        return modes.wideAddresses() ? aligned : aligned & 0xFFFF_FFFFL;
    }

    /** Whether there is a buffer. */
    boolean hasRoom(PciDma dma, Modes modes) {
        return Descriptor.read(dma, base(modes), index).is(Descriptor.OWN);
    }

    /**
     * Stores a frame in as many buffers as it takes.
     *
     * @param frame without its check sequence
     * @return false when there are not enough buffers
     */
    boolean store(PciDma dma, Frame frame, AddressFilter.Match match, Modes modes) {
        byte[] bytes = frame.bytes();
        int status = bits(match) | (modes.checksReceived() ? checked(frame) : 0);
        int tag = 0;
        boolean tagged = bytes.length >= Frame.HEADER + 4 && InternetChecksum.get(bytes, ADDRESSES) == VLAN;
        if (modes.takesTagsOut() && tagged) {
            tag = TAG_AVAILABLE | (bytes[ADDRESSES + 3] & 0xFF) << 8 | bytes[ADDRESSES + 2] & 0xFF;
            bytes = withoutTag(bytes);
        }
        return scatter(dma, CheckSequence.append(bytes), status, tag, modes);
    }

    private boolean scatter(PciDma dma, byte[] bytes, int status, int tag, Modes modes) {
        List<Descriptor> buffers = new ArrayList<>();
        int next = index;
        for (int room = 0; room < bytes.length; ) {
            Descriptor descriptor = Descriptor.read(dma, base(modes), next);
            boolean again = next == index && !buffers.isEmpty();
            if (again || !descriptor.is(Descriptor.OWN) || buffers.size() == Descriptor.MOST) {
                return false;
            }
            buffers.add(descriptor);
            room += descriptor.options() & BUFFER_SIZE;
            next = descriptor.next(next);
        }
        int done = 0;
        for (Descriptor descriptor : buffers) {
            int part = Math.min(descriptor.options() & BUFFER_SIZE, bytes.length - done);
            dma.write(descriptor.buffer(dma, modes.wideAddresses()), bytes, done, part);
            int first = done == 0 ? Descriptor.FIRST : 0;
            done += part;
            boolean last = done == bytes.length;
            descriptor.release(dma, first | (last ? Descriptor.LAST | bytes.length : part) | status, tag);
        }
        index = next;
        return true;
    }

    private static byte[] withoutTag(byte[] bytes) {
        byte[] stripped = new byte[bytes.length - 4];
        System.arraycopy(bytes, 0, stripped, 0, ADDRESSES);
        System.arraycopy(bytes, ADDRESSES + 4, stripped, ADDRESSES, stripped.length - ADDRESSES);
        return stripped;
    }

    private static int bits(AddressFilter.Match match) {
        return switch (match) {
            case BROADCAST -> BROADCAST;
            case PHYSICAL -> PHYSICAL;
            case MULTICAST -> MULTICAST;
            case FOREIGN -> 0;
        };
    }

    /** What is in the frame, as far as the chip knows, and which of its checksums are wrong. */
    private static int checked(Frame frame) {
        return IpPacket.find(frame.bytes())
                .filter(packet -> !packet.version6())
                .map(packet -> {
                    boolean trusted = frame.offload().checksum() == Offload.Checksum.VALID;
                    int header = trusted || packet.headerRight() ? 0 : IP_WRONG;
                    boolean right = trusted || packet.transportRight();
                    return header
                            | switch (packet.transport()) {
                                case TCP -> PROTOCOL_TCP | (right ? 0 : TCP_WRONG);
                                case UDP -> PROTOCOL_UDP | (right ? 0 : UDP_WRONG);
                                case OTHER -> PROTOCOL_IP;
                            };
                })
                .orElse(0);
    }

    State save() {
        return new State(address, index);
    }

    void restore(State state) {
        address = state.address;
        index = state.index;
    }
}
