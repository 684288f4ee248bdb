package org.margay.nbd.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A server on loopback that does what a test wants, once for each connection. */
final class BadServer implements AutoCloseable {
    /** What it does with a connection. */
    interface Script {
        void run(DataInputStream in, DataOutputStream out) throws IOException;
    }

    static final long LENGTH = 1 << 20;

    private final ServerSocket socket;

    BadServer(Script script) throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    script.run(
                            new DataInputStream(client.getInputStream()),
                            new DataOutputStream(client.getOutputStream()));
                } catch (IOException e) {
                    // The next, if any.
                }
            }
        });
    }

    String name() {
        return "nbd://127.0.0.1:" + socket.getLocalPort() + "/?reconnect-delay=0&timeout=2";
    }

    /** A proper handshake, then the rest; requests are read off by {@link #request}. */
    static Script after(boolean structured, Script rest) {
        return (in, out) -> {
            greet(in, out);
            while (true) {
                in.readLong();
                int option = in.readInt();
                in.readNBytes(in.readInt());
                if (option == Nbd.OPTION_STRUCTURED_REPLY) {
                    answer(out, option, structured ? Nbd.REPLY_ACK : Nbd.REPLY_UNSUPPORTED, new byte[0]);
                } else if (option == Nbd.OPTION_SET_META_CONTEXT) {
                    answer(
                            out,
                            option,
                            Nbd.REPLY_META_CONTEXT,
                            "\0\0\0\7base:allocation".getBytes(StandardCharsets.US_ASCII));
                    answer(out, option, Nbd.REPLY_ACK, new byte[0]);
                } else if (option == Nbd.OPTION_GO) {
                    byte[] export = new byte[12];
                    ByteBuffer.wrap(export).putShort((short) 0).putLong(LENGTH).putShort((short) 0x6D);
                    answer(out, option, Nbd.REPLY_INFO, export);
                    answer(out, option, Nbd.REPLY_ACK, new byte[0]);
                    break;
                }
            }
            rest.run(in, out);
        };
    }

    static void greet(DataInputStream in, DataOutputStream out) throws IOException {
        out.writeLong(Nbd.MAGIC);
        out.writeLong(Nbd.OPTION_MAGIC);
        out.writeShort(3);
        in.readInt();
    }

    static void answer(DataOutputStream out, int option, int type, byte[] data) throws IOException {
        out.writeLong(Nbd.OPTION_REPLY_MAGIC);
        out.writeInt(option);
        out.writeInt(type);
        out.writeInt(data.length);
        out.write(data);
    }

    /** Reads a request without data; the answer is its cookie. */
    static long request(DataInputStream in) throws IOException {
        in.readLong();
        long cookie = in.readLong();
        in.readLong();
        in.readInt();
        return cookie;
    }

    static void chunk(DataOutputStream out, int flags, int type, long cookie, byte[] data) throws IOException {
        out.writeInt(Nbd.STRUCTURED_REPLY_MAGIC);
        out.writeShort(flags);
        out.writeShort(type);
        out.writeLong(cookie);
        out.writeInt(data.length);
        out.write(data);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
