package org.margay.eepro100.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.MacAddress;
import org.margay.net.Offload;
import org.margay.pci.PciDma;

/**
 * Makes frames of transmit command blocks: simplified, flexible and extended ones (8255x manual, section 6.4.2.5) and those that
 * leave checksums and segmentation to the chip (appendix B).
 */
final class TransmitCommand {
    /** Bits of a command word. */
    static final int NO_CHECK_SEQUENCE = 1 << 4;

    static final int FLEXIBLE = 1 << 3;

    private static final int BUFFER_ARRAY = 0x08;
    private static final int COUNTS = 0x0C;
    private static final int BODY = 0x10;
    private static final int DESCRIPTOR = 8;

    /** {@link #COUNTS}: bytes in the block itself, number of buffer descriptors. */
    private static final int COUNT_MASK = 0x3FFF;

    private static final int NUMBER_SHIFT = 24;

    /** Second half of a buffer descriptor: bytes, end of list where it is in an array. */
    private static final int SIZE_MASK = 0x7FFF;

    private static final int ARRAY_END = 1 << 16;
    /** End of list, and bytes, where offloads are asked for. */
    private static final int OFFLOAD_END = 1 << 15;

    private static final int OFFLOAD_SIZE_MASK = 0x3FFF;

    /** Offsets in a block that asks for offloads. */
    private static final int MOST_PAYLOAD = 0x0E;

    private static final int ACTIVATION = 0x12;
    private static final int TAG = 0x14;
    private static final int OFFLOAD_BUFFER = 0x18;
    private static final int OFFLOAD_BODY = 0x20;

    private static final int ACTIVATE_IP = 1 << 4;
    private static final int ACTIVATE_TRANSPORT = 1 << 5;
    private static final int ACTIVATE_LARGE = 1 << 7;
    private static final int ACTIVATE_TAG = 1 << 9;

    private static final int ADDRESSES = 2 * MacAddress.LENGTH;
    private static final int TAG_LENGTH = 4;
    private static final int TAG_TYPE = 0x8100;
    private static final int CHECK_SEQUENCE = 4;
    private static final int MINIMUM = 60;
    private static final byte PADDING = 0x7E;

    private static final int IP_4_LENGTH = 2;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_FLAG_CWR = 0x80;

    private final PciDma dma;
    private final Configuration configuration;
    private final AddressFilter filter;
    private final BufferList buffers = new BufferList();

    TransmitCommand(PciDma dma, Configuration configuration, AddressFilter filter) {
        this.dma = dma;
        this.configuration = configuration;
        this.filter = filter;
    }

    private static long address(int value) {
        return value & 0xFFFF_FFFFL;
    }

    /** The frame of a transmit command; null when it has no bytes. */
    @Nullable
    Frame frame(long block, int command) {
        int counts = dma.readInt(block + COUNTS);
        buffers.clear();
        buffers.add(block + BODY, counts & COUNT_MASK);
        if ((command & FLEXIBLE) != 0) {
            int number = counts >>> NUMBER_SHIFT;
            long array = address(dma.readInt(block + BUFFER_ARRAY));
            int inside = 0;
            if (configuration.extendedCommands()) {
                buffers.clear();
                inside = Math.min(2, number);
                if (collect(block + BODY, inside, ARRAY_END, SIZE_MASK)) {
                    number = inside;
                }
            }
            collect(array, number - inside, ARRAY_END, SIZE_MASK);
        }
        if (buffers.length() == 0) {
            return null;
        }
        boolean own = (command & NO_CHECK_SEQUENCE) == 0;
        byte[] packet = own && configuration.insertsSource() ? withSource() : buffers.copy(dma, 0, 0);
        return new Frame(own ? padded(packet) : withoutCheckSequence(packet));
    }

    /**
     * Notes the buffers of a list of descriptors.
     *
     * @return whether the list ended there
     */
    private boolean collect(long list, int number, int end, int sizeMask) {
        for (int i = 0; i < number; i++) {
            int buffer = dma.readInt(list + (long) DESCRIPTOR * i);
            int size = dma.readInt(list + (long) DESCRIPTOR * i + 4);
            buffers.add(address(buffer), size & sizeMask);
            if ((size & end) != 0) {
                return true;
            }
        }
        return false;
    }

    /** The driver left the source address out. */
    private byte[] withSource() {
        byte[] packet = buffers.copy(dma, MacAddress.LENGTH, ADDRESSES);
        System.arraycopy(packet, MacAddress.LENGTH, packet, 0, MacAddress.LENGTH);
        System.arraycopy(filter.station().bytes(), 0, packet, MacAddress.LENGTH, MacAddress.LENGTH);
        return packet;
    }

    private byte[] padded(byte[] packet) {
        if (packet.length >= MINIMUM || !configuration.padding()) {
            return packet;
        }
        byte[] padded = Arrays.copyOf(packet, MINIMUM);
        Arrays.fill(padded, packet.length, MINIMUM, PADDING);
        return padded;
    }

    /** The driver made the check sequence: it is not part of a {@link Frame}. A wrong one is taken for data. */
    private static byte[] withoutCheckSequence(byte[] packet) {
        int length = packet.length - CHECK_SEQUENCE;
        if (length < Frame.HEADER) {
            return packet;
        }
        CRC32 crc = new CRC32();
        crc.update(packet, 0, length);
        int found = Integer.reverseBytes(
                InternetChecksum.get(packet, length) << 16 | InternetChecksum.get(packet, length + 2));
        return found == (int) crc.getValue() ? Arrays.copyOf(packet, length) : packet;
    }

    /** The frame of a command with offloads; null when it has no bytes. */
    @Nullable
    Frame offloadFrame(long block) {
        int activation = dma.readWord(block + ACTIVATION);
        boolean large = (activation & ACTIVATE_LARGE) != 0;
        int counts = dma.readInt(block + COUNTS);
        // The field of the number holds something else for large packets.
        int number = large ? 0xFF : counts >>> NUMBER_SHIFT;
        buffers.clear();
        buffers.add(block + OFFLOAD_BODY, counts & COUNT_MASK);
        int inside = Math.min(1, number);
        if (!collect(block + OFFLOAD_BUFFER, inside, OFFLOAD_END, OFFLOAD_SIZE_MASK)) {
            long array = address(dma.readInt(block + BUFFER_ARRAY));
            collect(array, number - inside, OFFLOAD_END, OFFLOAD_SIZE_MASK);
        }
        if (buffers.length() == 0) {
            return null;
        }
        boolean tagged = (activation & ACTIVATE_TAG) != 0 && buffers.length() >= ADDRESSES;
        byte[] packet = buffers.copy(dma, tagged ? TAG_LENGTH : 0, 0);
        if (tagged) {
            System.arraycopy(packet, TAG_LENGTH, packet, 0, ADDRESSES);
            InternetChecksum.put(packet, ADDRESSES, TAG_TYPE);
            dma.read(block + TAG, packet, ADDRESSES + 2, 2);
        }
        return large ? large(packet, dma.readWord(block + MOST_PAYLOAD), activation) : completed(packet, activation);
    }

    private Frame completed(byte[] packet, int activation) {
        Optional<IpPacket> found = IpPacket.find(packet);
        if (found.isEmpty()) {
            return new Frame(padded(packet));
        }
        IpPacket ip = found.get();
        if ((activation & ACTIVATE_IP) != 0) {
            ip.completeHeader();
        }
        boolean transport = (activation & ACTIVATE_TRANSPORT) != 0 && ip.transport() != IpPacket.Transport.OTHER;
        // Padding is summed as well by those who complete the checksum: it is there only once that is done.
        return transport && ip.end() == packet.length && packet.length >= MINIMUM
                ? new Frame(packet, partial(ip, Offload.Segmentation.NONE, 0, false))
                : new Frame(padded(transport ? summed(packet, ip) : packet));
    }

    private static byte[] summed(byte[] packet, IpPacket ip) {
        ip.completeTransport();
        return packet;
    }

    private static Offload partial(IpPacket ip, Offload.Segmentation kind, int size, boolean ecn) {
        return new Offload(
                Offload.Checksum.PARTIAL,
                ip.transportStart(),
                ip.transport().checksumOffset(),
                kind,
                size,
                size == 0 ? 0 : ip.payloadStart(),
                ecn);
    }

    /** TCP in IPv4 that is longer than a frame; the headers of the driver are those of the first segment. */
    private Frame large(byte[] packet, int mostPayload, int activation) {
        Optional<IpPacket> found = IpPacket.find(packet)
                .filter(ip -> !ip.version6() && packet.length - ip.start() <= 0xFFFF)
                .flatMap(ip -> {
                    InternetChecksum.put(packet, ip.start() + IP_4_LENGTH, packet.length - ip.start());
                    return IpPacket.find(packet);
                })
                .filter(ip -> ip.transport() == IpPacket.Transport.TCP);
        if (found.isEmpty() || mostPayload == 0) {
            return completed(packet, activation);
        }
        IpPacket ip = found.get();
        ip.completeHeader();
        int length = packet.length - ip.transportStart();
        InternetChecksum.put(
                packet,
                ip.transportStart() + ip.transport().checksumOffset(),
                ~InternetChecksum.finish(ip.pseudoHeader(length)));
        if (packet.length - ip.payloadStart() <= mostPayload) {
            return new Frame(packet, partial(ip, Offload.Segmentation.NONE, 0, false));
        }
        boolean ecn = (packet[ip.transportStart() + TCP_FLAGS] & TCP_FLAG_CWR) != 0;
        return new Frame(packet, partial(ip, Offload.Segmentation.TCP4, mostPayload, ecn));
    }
}
