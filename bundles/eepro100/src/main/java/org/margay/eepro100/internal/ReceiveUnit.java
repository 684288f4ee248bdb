package org.margay.eepro100.internal;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;
import org.margay.pci.PciDma;
import org.margay.pci.PciFunction;

/**
 * Stores frames in the list of receive frame descriptors, each with its data behind it (8255x manual, sections 6.4.3 and 6.5.4;
 * appendix B for the long form). A frame that finds the unit out of descriptors waits on the wire for some more, as later chips keep
 * some in their FIFO.
 */
final class ReceiveUnit {
    /** What the unit does. */
    enum Activity {
        IDLE(0),
        SUSPENDED(1),
        NO_RESOURCES(2),
        READY(4);

        private final int code;

        Activity(int code) {
            this.code = code;
        }

        /** As the status byte has it. */
        int code() {
            return code;
        }
    }

    private static final int LINK = 0x04;
    private static final int COUNT = 0x0C;
    private static final int SIZE = 0x0E;
    private static final int DATA = 0x10;
    private static final int EXTENDED_DATA = 0x20;
    private static final int TAG = 0x10;
    private static final int PARSED = 0x12;
    private static final int CHECKSUMS = 0x16;

    /** Bits of a command word. */
    private static final int END = 1 << 15;

    private static final int SUSPEND = 1 << 14;
    private static final int SIZE_MASK = 0x3FFF;

    private static final int STATUS_COMPLETE = 1 << 15;
    private static final int STATUS_OK = 1 << 13;
    private static final int STATUS_TAGGED = 1 << 12;
    private static final int STATUS_NO_ROOM = 1 << 9;
    private static final int STATUS_TYPE = 1 << 5;
    private static final int STATUS_PARSED = 1 << 3;
    private static final int STATUS_NO_MATCH = 1 << 2;
    private static final int STATUS_NOT_STATION = 1 << 1;

    /** End of frame, count is updated. */
    private static final int COUNT_FLAGS = 0xC000;

    /** Long form: what was found in the packet. */
    private static final int PARSED_OK = 1 << 3;

    private static final int PARSED_TCP = 0;
    private static final int PARSED_UDP = 1;
    private static final int PARSED_OTHER = 3;
    private static final int CHECKED_IP = 1;
    private static final int RIGHT_IP = 1 << 1;
    private static final int CHECKED_TRANSPORT = 1 << 4;
    private static final int RIGHT_TRANSPORT = 1 << 5;

    private static final int MINIMUM = 60;
    /** Bytes of an ordinary frame, of the longest that a descriptor can count. */
    private static final int ORDINARY = 1514;

    private static final int LONGEST = SIZE_MASK - 16;
    private static final int TYPE = 12;
    private static final int TAG_LENGTH = 4;
    private static final int TAG_TYPE = 0x8100;
    private static final int LEAST_TYPE = 0x600;

    /**
     * Where the unit is.
     *
     * @param base added to all offsets
     * @param next offset of the next descriptor
     */
    record State(Activity activity, int base, int next) {
        State {
            if (activity == null) {
                throw new IllegalArgumentException("receive unit without a state");
            }
        }
    }

    private final PciFunction pci;
    private final Configuration configuration;
    private final AddressFilter filter;
    private final Counters counters;
    private final ScbInterrupts interrupts;
    private final Wire wire;
    private final CRC32 crc = new CRC32();
    /** Padding, check sequence and checksum: what is stored behind a frame's own bytes. */
    private final byte[] tail = new byte[MINIMUM + 4 + 2];

    private Activity activity = Activity.IDLE;
    private int base;
    private int next;

    ReceiveUnit(
            PciFunction pci,
            Configuration configuration,
            AddressFilter filter,
            Counters counters,
            ScbInterrupts interrupts,
            Wire wire) {
        this.pci = pci;
        this.configuration = configuration;
        this.filter = filter;
        this.counters = counters;
        this.interrupts = interrupts;
        this.wire = wire;
    }

    Activity activity() {
        return activity;
    }

    void loadBase(int value) {
        base = value;
    }

    /** Begins a list. */
    void start(int offset) {
        next = offset;
        ready();
    }

    /** Goes on with the list when it was suspended. */
    void resume() {
        if (activity == Activity.SUSPENDED) {
            ready();
        }
    }

    private void ready() {
        activity = Activity.READY;
        wire.roomAgain();
    }

    void abort() {
        if (activity == Activity.READY) {
            interrupts.raise(ScbInterrupts.RNR);
        }
        activity = Activity.IDLE;
        wire.roomAgain();
    }

    private long descriptor() {
        return base + next & 0xFFFF_FFFFL;
    }

    private boolean listening() {
        return activity != Activity.IDLE && pci.busMaster() && wire.up();
    }

    /**
     * Whether a frame would be stored, or would be lost in any case: the second is no reason to wait. A frame at the door has the
     * next descriptor fetched; one of size 0 at the end of the list is not used, but says that the list is at its end.
     */
    boolean canReceive() {
        if (!listening()) {
            return true;
        }
        if (activity == Activity.READY
                && (pci.dma().readWord(descriptor() + 2) & END) != 0
                && size(descriptor()) == 0) {
            leave(Activity.NO_RESOURCES);
        }
        return activity == Activity.READY;
    }

    private int size(long descriptor) {
        return pci.dma().readWord(descriptor + SIZE) & SIZE_MASK;
    }

    private void leave(Activity to) {
        activity = to;
        interrupts.raise(ScbInterrupts.RNR);
    }

    /** A frame comes in. */
    void receive(Frame frame) {
        byte[] bytes = frame.bytes();
        int longest = configuration.longReceive() ? LONGEST : ORDINARY;
        if (!listening() || bytes.length < Frame.HEADER || bytes.length > longest) {
            return;
        }
        AddressFilter.Match match = filter.match(bytes);
        if (match == AddressFilter.Match.NONE) {
            return;
        }
        if (!canReceive()) {
            counters.count(Counters.RECEIVE_RESOURCE_ERRORS);
            return;
        }
        store(
                frame,
                switch (match) {
                    case STATION -> 0;
                    case PROMISCUOUS -> STATUS_NO_MATCH | STATUS_NOT_STATION;
                    default -> STATUS_NOT_STATION;
                });
    }

    private void store(Frame frame, int matched) {
        PciDma dma = pci.dma();
        byte[] bytes = frame.bytes();
        long descriptor = descriptor();
        int command = dma.readWord(descriptor + 2);
        int size = size(descriptor);
        boolean extended = configuration.extendedReceive();
        int type = InternetChecksum.get(bytes, TYPE);
        boolean tagged = extended && type == TAG_TYPE && bytes.length >= TYPE + TAG_LENGTH;
        boolean stripped = tagged && configuration.stripsTags();

        int status = STATUS_COMPLETE | matched | (type >= LEAST_TYPE ? STATUS_TYPE : 0) | (tagged ? STATUS_TAGGED : 0);
        if (extended) {
            status |= describe(descriptor, frame, tagged);
        }
        int body = stripped ? bytes.length - TAG_LENGTH : bytes.length;
        int tailLength = fillTail(bytes, body);
        long data = descriptor + (extended ? EXTENDED_DATA : DATA);
        int front = stripped ? Math.min(TYPE, size) : 0;
        dma.write(data, bytes, 0, front);
        int rest = Math.min(body, size) - front;
        dma.write(data + front, bytes, stripped ? TYPE + TAG_LENGTH : 0, rest);
        dma.write(data + body, tail, 0, Math.clamp(size - body, 0, tailLength));
        int length = body + tailLength;
        boolean fits = length <= size;
        if (fits) {
            status |= STATUS_OK;
            counters.count(Counters.RECEIVED);
        } else {
            status |= STATUS_NO_ROOM;
            counters.count(Counters.RECEIVE_RESOURCE_ERRORS);
        }
        dma.writeWord(descriptor + COUNT, COUNT_FLAGS | Math.min(length, size));
        // Whoever sees the descriptor complete finds the data there.
        VarHandle.storeStoreFence();
        dma.writeWord(descriptor, status);
        next = dma.readInt(descriptor + LINK);
        interrupts.received();
        if ((command & END) != 0) {
            leave(Activity.NO_RESOURCES);
        } else if ((command & SUSPEND) != 0) {
            leave(Activity.SUSPENDED);
        }
    }

    /** Bytes that are stored behind the frame's own. */
    private int fillTail(byte[] bytes, int body) {
        int length = Math.max(0, MINIMUM - body);
        Arrays.fill(tail, 0, length, (byte) 0);
        if (configuration.storesCheckSequence()) {
            crc.reset();
            crc.update(bytes);
            crc.update(tail, 0, length);
            int value = (int) crc.getValue();
            for (int i = 0; i < 4; i++) {
                tail[length++] = (byte) (value >>> (8 * i));
            }
        }
        if (configuration.receiveChecksum()) {
            int sum = ~InternetChecksum.of(bytes, Frame.HEADER, bytes.length) & 0xFFFF;
            InternetChecksum.put(tail, length, sum);
            length += 2;
        }
        return length;
    }

    /** The long form: tag, what is in the packet, and whether its checksums are right. Gives bits of the status. */
    private int describe(long descriptor, Frame frame, boolean tagged) {
        PciDma dma = pci.dma();
        byte[] bytes = frame.bytes();
        if (tagged) {
            dma.write(descriptor + TAG, bytes, TYPE + 2, 2);
        }
        Optional<IpPacket> found = IpPacket.find(bytes).filter(ip -> !ip.version6());
        int parsed = PARSED_OTHER;
        int checksums = 0;
        if (found.isPresent()) {
            IpPacket ip = found.get();
            parsed = PARSED_OK
                    | switch (ip.transport()) {
                        case TCP -> PARSED_TCP;
                        case UDP -> PARSED_UDP;
                        case OTHER -> PARSED_OTHER;
                    };
            checksums = CHECKED_IP | (ip.headerRight() ? RIGHT_IP : 0);
            if (ip.transport() != IpPacket.Transport.OTHER) {
                boolean right = frame.offload().checksum() == Offload.Checksum.VALID || ip.transportRight();
                checksums |= CHECKED_TRANSPORT | (right ? RIGHT_TRANSPORT : 0);
            }
        }
        dma.writeByte(descriptor + PARSED, parsed);
        dma.writeByte(descriptor + CHECKSUMS, checksums);
        return found.isPresent() ? STATUS_PARSED : 0;
    }

    /** The list is forgotten. */
    void stop() {
        activity = Activity.IDLE;
        next = 0;
        wire.roomAgain();
    }

    void reset() {
        stop();
        base = 0;
    }

    State save() {
        return new State(activity, base, next);
    }

    void restore(State state) {
        activity = state.activity;
        base = state.base;
        next = state.next;
    }
}
