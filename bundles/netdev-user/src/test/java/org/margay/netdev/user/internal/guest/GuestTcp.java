package org.margay.netdev.user.internal.guest;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.margay.net.Offload;

/**
 * One connection of the guest, as simple as it can be: a fixed time-out, go-back-n, no congestion control. It keeps what it receives
 * and can be told to be slow, to close one half, to reset.
 */
public final class GuestTcp {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;

    private static final long TIMEOUT = 300_000_000L;
    private static final int SCALE = 4;

    private final Guest guest;
    private final int port;
    private @Nullable InetAddress remote;
    private int remotePort;
    private int mss = 1460;
    private boolean scaling = true;
    private int largest = 1460;

    private int una = 1000;
    private int nxt = 1000;
    private int window;
    private int peerScale = -1;
    private int peerMss = 536;
    private byte[] output = new byte[0];
    /** Sequence number of the first byte of the output. */
    private int outputStart = 1001;

    private boolean outputEnds;
    private boolean finSent;
    private long sentAt;

    private int expected;
    private boolean opened;
    private boolean established;
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private long inputLength;
    private boolean keepsInput = true;
    private int inputSum;
    private final TreeMap<Integer, byte[]> early = new TreeMap<>();
    private int receiveWindow = 256 << 10;
    private int finAt;
    private boolean finKnown;
    private boolean inputEnded;
    private boolean reset;
    private boolean forgotten;
    private int segments;
    private int largestSegment;

    GuestTcp(Guest guest, int port) {
        this.guest = guest;
        this.port = port;
    }

    // ---- wishes

    /** Says no window scale. */
    public GuestTcp withoutScaling() {
        scaling = false;
        receiveWindow = Math.min(receiveWindow, 65_535);
        return this;
    }

    public GuestTcp withMss(int bytes) {
        mss = bytes;
        return this;
    }

    /** Sends segments of up to so many bytes, and leaves it to the card to cut them. */
    public GuestTcp withLargeSegments(int bytes) {
        largest = bytes;
        return this;
    }

    /** Does not keep what comes, only its length and sum. */
    public GuestTcp counting() {
        keepsInput = false;
        return this;
    }

    /** Room for what comes; the other side is told. */
    public void window(int bytes) {
        receiveWindow = bytes;
        if (established) {
            send(nxt, ACK, 0, 0);
        }
    }

    /** Room for what comes, which the other side is to find out by itself. */
    public void windowQuietly(int bytes) {
        receiveWindow = bytes;
    }

    public void write(byte[] bytes) {
        int old = output.length;
        output = Arrays.copyOf(output, old + bytes.length);
        System.arraycopy(bytes, 0, output, old, bytes.length);
        push();
    }

    /** Sends no more. */
    public void shutdown() {
        outputEnds = true;
        push();
    }

    public void abort() {
        segment(nxt, RST | ACK, new byte[0], 0, 0);
        forgotten = true;
    }

    /** Behaves as if the guest had never known it. */
    public void forget() {
        forgotten = true;
    }

    /** Sends a segment whose fields are near what they should be. */
    public void hostile(Random random) {
        int[] distances = {0, 0, 0, 1, -1, 100, 65_535, 1 << 20, Integer.MIN_VALUE, random.nextInt()};
        int seq = nxt + distances[random.nextInt(distances.length)];
        int realExpected = expected;
        expected += distances[random.nextInt(distances.length)];
        int flags = random.nextInt(4) == 0 ? random.nextInt(64) : ACK | random.nextInt(2);
        byte[] data = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(3_000)];
        receiveWindow = random.nextInt(4) == 0 ? 0 : random.nextInt(1 << 20);
        segment(seq, flags, data, 0, data.length);
        expected = realExpected;
    }

    // ---- what is to be seen

    public boolean established() {
        return established;
    }

    public boolean wasReset() {
        return reset;
    }

    /** The other side sends no more. */
    public boolean inputEnded() {
        return inputEnded;
    }

    public byte[] input() {
        return input.toByteArray();
    }

    public long inputLength() {
        return inputLength;
    }

    /** A sum over all that came, as {@link #sum} makes it. */
    public int inputSum() {
        return inputSum;
    }

    public static int sum(int before, byte[] bytes, int length) {
        int sum = before;
        for (int i = 0; i < length; i++) {
            sum = sum * 31 + bytes[i];
        }
        return sum;
    }

    /** All that was written is acknowledged, the end too. */
    public boolean flushed() {
        return established && una == nxt && una - outputStart >= output.length && (!outputEnds || finSent);
    }

    public int segments() {
        return segments;
    }

    /** Bytes of the largest segment that came. */
    public int largestSegment() {
        return largestSegment;
    }

    boolean gone() {
        return forgotten || reset || inputEnded && outputEnds && finSent && una == nxt;
    }

    String key() {
        return Guest.key(port, remote(), remotePort);
    }

    private InetAddress remote() {
        InetAddress address = remote;
        if (address == null) {
            throw new IllegalStateException("not connected");
        }
        return address;
    }

    // ---- opening

    void connect(InetAddress to, int toPort) {
        remote = to;
        remotePort = toPort;
        sendSyn();
    }

    /** Begins with another sequence number. */
    public void startAt(int sequence) {
        una = sequence;
        outputStart = sequence + 1;
    }

    void accept(InetAddress from, int fromPort) {
        remote = from;
        remotePort = fromPort;
    }

    private void sendSyn() {
        nxt = una + 1;
        sentAt = guest.clock().nanos();
        segment(una, opened ? SYN | ACK : SYN, new byte[0], 0, 0);
    }

    // ---- receiving

    void receive(byte[] bytes, Offload offload) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int seq = in.getInt(4);
        int ack = in.getInt(8);
        int header = (bytes[12] >>> 4 & 0xF) * 4;
        int flags = bytes[13];
        int length = bytes.length - header;
        segments++;
        largestSegment = Math.max(largestSegment, length);
        if (offload.segmentation() == Offload.Segmentation.NONE && length > mss) {
            throw new AssertionError("segment of %d bytes, MSS is %d".formatted(length, mss));
        }
        if ((flags & RST) != 0) {
            reset = true;
            return;
        }
        if ((flags & SYN) != 0) {
            readOptions(bytes, header);
            window = in.getShort(14) & 0xFFFF;
            boolean first = !opened;
            opened = true;
            expected = seq + 1;
            if ((flags & ACK) == 0) {
                if (first) {
                    sendSyn();
                }
                return;
            }
            una = Math.max(una, ack);
            established = true;
            send(nxt, ACK, 0, 0);
            push();
            return;
        }
        if (!established) {
            established = true;
            una = ack;
        }
        if (ack - una > 0) {
            una = ack;
            sentAt = guest.clock().nanos();
        }
        window = (in.getShort(14) & 0xFFFF) << (scaling ? Math.max(peerScale, 0) : 0);
        boolean fin = (flags & FIN) != 0;
        take(seq, Arrays.copyOfRange(bytes, header, bytes.length), fin);
        if (length > 0 || fin || seq != expected) {
            send(nxt, ACK, 0, 0);
        }
        push();
    }

    private void readOptions(byte[] bytes, int header) {
        for (int at = 20; at < header && bytes[at] != 0; ) {
            if (bytes[at] == 1) {
                at++;
                continue;
            }
            if (bytes[at] == 2) {
                peerMss = (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
            } else if (bytes[at] == 3) {
                peerScale = bytes[at + 2];
            }
            at += bytes[at + 1];
        }
    }

    private void take(int seq, byte[] data, boolean fin) {
        if (data.length > 0 && seq + data.length - expected > receiveWindow + 16) {
            throw new AssertionError("data beyond the window");
        }
        if (fin) {
            finKnown = true;
            finAt = seq + data.length;
        }
        if (seq + data.length - expected > 0) {
            early.put(seq, data);
        }
        for (boolean found = true; found; ) {
            found = false;
            for (var entry : early.entrySet()) {
                int skip = expected - entry.getKey();
                if (skip >= 0) {
                    byte[] piece = entry.getValue();
                    if (skip < piece.length) {
                        keep(Arrays.copyOfRange(piece, skip, piece.length));
                        expected += piece.length - skip;
                    }
                    early.remove(entry.getKey());
                    found = true;
                    break;
                }
            }
        }
        if (finKnown && !inputEnded && expected == finAt) {
            inputEnded = true;
            expected++;
        }
    }

    private void keep(byte[] data) {
        inputLength += data.length;
        inputSum = sum(inputSum, data, data.length);
        if (keepsInput) {
            input.writeBytes(data);
        }
    }

    // ---- sending

    /** Time passes. */
    void tick() {
        if (una != nxt && guest.clock().nanos() - sentAt >= TIMEOUT) {
            sentAt = guest.clock().nanos();
            if (!established) {
                segment(una, opened ? SYN | ACK : SYN, new byte[0], 0, 0);
                return;
            }
            nxt = una;
            finSent = false;
            push();
        } else if (established
                && window == 0
                && una == nxt
                && nxt - outputStart < output.length
                && guest.clock().nanos() - sentAt >= TIMEOUT) {
            sentAt = guest.clock().nanos();
            send(nxt, ACK, nxt - outputStart, 1);
        }
    }

    private void push() {
        if (!established || finSent) {
            return;
        }
        while (nxt - outputStart < output.length && nxt - una < window) {
            int from = nxt - outputStart;
            int segment =
                    Math.min(Math.min(largest, Math.max(peerMss, largest > 1460 ? largest : 0)), window - (nxt - una));
            int length = Math.min(output.length - from, segment);
            if (una == nxt) {
                sentAt = guest.clock().nanos();
            }
            nxt += length;
            send(nxt - length, ACK, from, length);
        }
        if (outputEnds && nxt - outputStart == output.length) {
            finSent = true;
            nxt++;
            send(nxt - 1, FIN | ACK, 0, 0);
        }
    }

    private void send(int seq, int flags, int from, int length) {
        segment(seq, flags, output, from, length);
    }

    private void segment(int seq, int flags, byte[] data, int from, int length) {
        boolean syn = (flags & SYN) != 0;
        boolean says = syn && scaling && (!opened || peerScale >= 0);
        int header = 20 + (syn ? says ? 8 : 4 : 0);
        ByteBuffer out = ByteBuffer.allocate(header + length);
        int shift = !syn && scaling && peerScale >= 0 ? SCALE : 0;
        int room = Math.min(receiveWindow >> shift, 0xFFFF);
        out.putShort((short) port).putShort((short) remotePort).putInt(seq);
        out.putInt((flags & ACK) != 0 ? expected : 0);
        out.put((byte) (header / 4 << 4))
                .put((byte) flags)
                .putShort((short) room)
                .putInt(0);
        if (syn) {
            out.put((byte) 2).put((byte) 4).putShort((short) mss);
            if (says) {
                out.put((byte) 1).put((byte) 3).put((byte) 3).put((byte) SCALE);
            }
        }
        out.put(data, from, length);
        Packet packet = new Packet(guest.address(), remote(), Packet.TCP, 64, out.array());
        boolean large = length > peerMss;
        if (!large) {
            guest.send(packet.withSum(16));
            return;
        }
        int pseudo = ~Packet.sum(packet.pseudoHeader(out.capacity())) & 0xFFFF;
        out.putShort(16, (short) pseudo);
        boolean v4 = guest.address() instanceof Inet4Address;
        int start = 14 + (v4 ? 20 : 40);
        guest.send(
                packet,
                new Offload(
                        Offload.Checksum.PARTIAL,
                        start,
                        16,
                        v4 ? Offload.Segmentation.TCP4 : Offload.Segmentation.TCP6,
                        peerMss,
                        start + header,
                        false));
    }

    /** Answers a segment of no connection. */
    static void refuse(Guest guest, Packet packet) {
        ByteBuffer in = ByteBuffer.wrap(packet.payload());
        boolean hasAck = (in.get(13) & ACK) != 0;
        int length =
                packet.payload().length - (in.get(12) >>> 4 & 0xF) * 4 + (in.get(13) & SYN) / SYN + (in.get(13) & FIN);
        ByteBuffer out = ByteBuffer.allocate(20);
        out.putShort(in.getShort(2)).putShort(in.getShort(0));
        out.putInt(hasAck ? in.getInt(8) : 0).putInt(hasAck ? 0 : in.getInt(4) + length);
        out.put((byte) 0x50)
                .put((byte) (hasAck ? RST : RST | ACK))
                .putShort((short) 0)
                .putInt(0);
        guest.send(new Packet(packet.destination(), packet.source(), Packet.TCP, 64, out.array()).withSum(16));
    }
}
