package org.margay.nbd.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * From a new connection to an export: doc/proto.md, "Handshake phase", fixed newstyle. TLS if it is wanted, then structured replies,
 * the context base:allocation, and NBD_OPT_GO; a server that does not know the last one gets NBD_OPT_EXPORT_NAME.
 */
final class Handshake {
    /** Longest answer to an option; they hold names and texts. */
    private static final int LONGEST_REPLY = 64 << 10;

    /** More answers to one option than there is anything to say. */
    private static final int MOST_REPLIES = 1000;

    /** What servers must take that say nothing of block sizes. */
    private static final int DEFAULT_MAXIMUM = 32 << 20;

    private static final int LARGEST_MINIMUM = 64 << 10;
    private static final int PADDING = 124;
    private static final String ALLOCATION = "base:allocation";

    private record Reply(int type, ByteBuffer data) {
        boolean error() {
            return (type & Nbd.REPLY_ERROR) != 0;
        }

        String text() {
            return StandardCharsets.UTF_8.decode(data.duplicate()).toString().strip();
        }
    }

    /** A connection that is ready for requests. */
    record Ready(Transport transport, NbdExport export) {}

    private final NbdAddress address;
    private Transport transport;
    private boolean noZeroes;

    private Handshake(NbdAddress address, Transport transport) {
        this.address = address;
        this.transport = transport;
    }

    /**
     * Shakes hands. The caller closes the connection when this throws, and sees to it that it does not take for ever.
     *
     * @throws IOException when the server does not have the export, or we don't get on
     */
    static Ready shake(NbdAddress address, ChannelTransport channel) throws IOException {
        Handshake handshake = new Handshake(address, channel);
        handshake.greet();
        if (address.tls().isPresent()) {
            handshake.startTls(address.tls().get(), channel);
        }
        boolean structured = handshake.structuredReplies();
        boolean allocation = structured && handshake.allocationContext();
        NbdExport export = handshake.go(structured, allocation);
        return new Ready(handshake.transport, export);
    }

    private void greet() throws IOException {
        ByteBuffer greeting = receive(16);
        long magic = greeting.getLong();
        long style = greeting.getLong();
        if (magic != Nbd.MAGIC) {
            throw new NbdProtocolException("bad magic 0x%x".formatted(magic));
        }
        if (style == Nbd.OLDSTYLE_MAGIC) {
            throw new NbdProtocolException("speaks the old handshake only, which nobody should use");
        }
        if (style != Nbd.OPTION_MAGIC) {
            throw new NbdProtocolException("bad server magic 0x%x".formatted(style));
        }
        int flags = receive(2).getShort();
        if ((flags & Nbd.FIXED_NEWSTYLE) == 0) {
            throw new NbdProtocolException("does not know the fixed newstyle handshake");
        }
        noZeroes = (flags & Nbd.NO_ZEROES) != 0;
        send(ByteBuffer.allocate(4).putInt(Nbd.FIXED_NEWSTYLE | (noZeroes ? Nbd.NO_ZEROES : 0)));
    }

    private void startTls(TlsSettings settings, ChannelTransport channel) throws IOException {
        sendOption(Nbd.OPTION_STARTTLS, new byte[0]);
        Reply reply = reply(Nbd.OPTION_STARTTLS);
        if (reply.type() != Nbd.REPLY_ACK) {
            throw new IOException("Server does not support STARTTLS" + reason(reply));
        }
        transport = new TlsTransport(channel, settings.wrap(channel.socket()));
    }

    private boolean structuredReplies() throws IOException {
        sendOption(Nbd.OPTION_STRUCTURED_REPLY, new byte[0]);
        Reply reply = reply(Nbd.OPTION_STRUCTURED_REPLY);
        refuseWithoutTls(reply);
        return reply.type() == Nbd.REPLY_ACK;
    }

    private boolean allocationContext() throws IOException {
        byte[] name = name();
        byte[] query = ALLOCATION.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer data = ByteBuffer.allocate(4 + name.length + 4 + 4 + query.length);
        data.putInt(name.length).put(name).putInt(1).putInt(query.length).put(query);
        sendOption(Nbd.OPTION_SET_META_CONTEXT, data.array());
        boolean found = false;
        for (int i = 0; i < MOST_REPLIES; i++) {
            Reply reply = reply(Nbd.OPTION_SET_META_CONTEXT);
            if (reply.error() || reply.type() == Nbd.REPLY_ACK) {
                // Without it all is data; what is wrong with the export is said by NBD_OPT_GO.
                return found;
            }
            if (reply.type() != Nbd.REPLY_META_CONTEXT || reply.data().remaining() < 4) {
                throw new NbdProtocolException("bad answer to the choice of contexts");
            }
            // Its number; no other context was asked for.
            reply.data().getInt();
            found |= reply.text().equals(ALLOCATION);
        }
        throw new NbdProtocolException("too many answers");
    }

    private byte[] name() {
        return address.export().getBytes(StandardCharsets.UTF_8);
    }

    private NbdExport go(boolean structured, boolean allocation) throws IOException {
        byte[] name = name();
        ByteBuffer data = ByteBuffer.allocate(4 + name.length + 2 + 2);
        data.putInt(name.length).put(name).putShort((short) 1).putShort((short) Nbd.INFO_BLOCK_SIZE);
        sendOption(Nbd.OPTION_GO, data.array());
        long length = -1;
        int flags = 0;
        int minimum = 1;
        int maximum = DEFAULT_MAXIMUM;
        for (int i = 0; i < MOST_REPLIES; i++) {
            Reply reply = reply(Nbd.OPTION_GO);
            ByteBuffer info = reply.data();
            if (reply.type() == Nbd.REPLY_ACK) {
                return export(length, flags, minimum, maximum, structured, allocation);
            }
            if (reply.type() == Nbd.REPLY_UNSUPPORTED) {
                return exportName(structured, allocation);
            }
            if (reply.error()) {
                throw refused(reply);
            }
            if (reply.type() != Nbd.REPLY_INFO || info.remaining() < 2) {
                throw new NbdProtocolException("bad answer to the choice of an export");
            }
            int kind = info.getShort();
            if (kind == Nbd.INFO_EXPORT) {
                require(info, 10);
                length = info.getLong();
                flags = info.getShort();
            } else if (kind == Nbd.INFO_BLOCK_SIZE) {
                require(info, 12);
                minimum = info.getInt();
                int preferred = info.getInt();
                maximum = info.getInt();
                if (Integer.bitCount(minimum) != 1 || minimum < 0 || minimum > LARGEST_MINIMUM || preferred < 0) {
                    throw new NbdProtocolException("bad block size %d".formatted(minimum));
                }
            }
        }
        throw new NbdProtocolException("too many answers");
    }

    private static void require(ByteBuffer info, int bytes) throws IOException {
        if (info.remaining() != bytes) {
            throw new NbdProtocolException("%d bytes of information for %d".formatted(info.remaining(), bytes));
        }
    }

    /** The older way: the server ends the connection when it does not have the export. */
    private NbdExport exportName(boolean structured, boolean allocation) throws IOException {
        sendOption(Nbd.OPTION_EXPORT_NAME, name());
        ByteBuffer answer = receive(10);
        long length = answer.getLong();
        int flags = answer.getShort();
        if (!noZeroes) {
            receive(PADDING);
        }
        return export(length, flags, 1, DEFAULT_MAXIMUM, structured, allocation);
    }

    private static NbdExport export(
            long length, int flags, int minimum, int maximum, boolean structured, boolean allocation)
            throws IOException {
        if (length < 0) {
            throw new NbdProtocolException("does not say how long the export is, or longer than 2^63 bytes");
        }
        // An unsigned number: "no limit" is all ones.
        int most = maximum < 0 ? DEFAULT_MAXIMUM : Math.min(maximum, DEFAULT_MAXIMUM);
        int usable = most / minimum * minimum;
        if (usable == 0) {
            throw new NbdProtocolException("bad maximal block size %d".formatted(maximum));
        }
        return new NbdExport(length / minimum * minimum, flags, minimum, usable, structured, allocation);
    }

    private IOException refused(Reply reply) throws IOException {
        refuseWithoutTls(reply);
        return switch (reply.type()) {
            case Nbd.REPLY_UNKNOWN ->
                new IOException("Requested export not available: '%s'%s".formatted(address.export(), reason(reply)));
            case Nbd.REPLY_POLICY -> new IOException("Denied by server" + reason(reply));
            default ->
                new IOException("The server refuses the export (%d)%s"
                        .formatted(reply.type() & ~Nbd.REPLY_ERROR, reason(reply)));
        };
    }

    private static void refuseWithoutTls(Reply reply) throws IOException {
        if (reply.type() == Nbd.REPLY_TLS_REQUIRED) {
            throw new IOException("Server requires TLS: nbds://HOST/EXPORT" + reason(reply));
        }
    }

    private static String reason(Reply reply) {
        return reply.text().isEmpty() ? "" : ": " + printable(reply.text());
    }

    /** Without what could lead a terminal astray. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private void sendOption(int option, byte[] data) throws IOException {
        send(ByteBuffer.allocate(16 + data.length)
                .putLong(Nbd.OPTION_MAGIC)
                .putInt(option)
                .putInt(data.length)
                .put(data));
    }

    private Reply reply(int option) throws IOException {
        ByteBuffer header = receive(20);
        if (header.getLong() != Nbd.OPTION_REPLY_MAGIC) {
            throw new NbdProtocolException("bad magic in an answer");
        }
        if (header.getInt() != option) {
            throw new NbdProtocolException("answers what was not asked");
        }
        int type = header.getInt();
        int length = header.getInt();
        if (length < 0 || length > LONGEST_REPLY) {
            throw new NbdProtocolException("an answer of %d bytes".formatted(length));
        }
        return new Reply(type, receive(length));
    }

    private ByteBuffer receive(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        transport.read(buffer);
        return buffer.flip();
    }

    private void send(ByteBuffer buffer) throws IOException {
        transport.write(new ByteBuffer[] {buffer.flip()});
    }
}
