package org.margay.nbd.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.memory.IoVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection past its handshake. Threads send their requests one after another and wait; one virtual thread reads the answers, in
 * the order of the server. It alone ends requests, also when the connection is lost: nobody else writes into their memory.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Servers stop reading at some number of requests under way; qemu-nbd at 16. */
    private static final int MOST_UNDER_WAY = 64;

    private static final int REQUEST_BYTES = 28;
    private static final int SIMPLE_REST = 12;
    private static final int STRUCTURED_REST = 16;

    /** Longest chunk without data of the export. */
    private static final int LONGEST_CHUNK = 1 << 20;

    private static final int CHECKS_PER_TIMEOUT = 8;

    private final Transport transport;
    private final NbdExport export;
    private final Map<Long, Request> underWay = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
    private final AtomicLong cookies = new AtomicLong();
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteBuffer header = ByteBuffer.allocateDirect(REQUEST_BYTES);
    private volatile @Nullable IOException cause;
    private volatile boolean ended;

    private Connection(Transport transport, NbdExport export) {
        this.transport = transport;
        this.export = export;
    }

    /**
     * Connects and shakes hands.
     *
     * @throws IOException when there is no export to be had
     */
    static Connection open(NbdAddress address) throws IOException {
        ChannelTransport channel = ChannelTransport.connect(address.resolve(), address.timeout());
        Handshake.Ready ready;
        try (Deadline deadline = new Deadline(channel, address.timeout())) {
            ready = shake(address, channel, deadline);
        }
        Connection connection = new Connection(ready.transport(), ready.export());
        Thread.ofVirtual().name("nbd-replies").start(connection::readAnswers);
        if (address.timeout().isPositive()) {
            Thread.ofVirtual().name("nbd-timeouts").start(() -> connection.watch(address.timeout()));
        }
        return connection;
    }

    private static Handshake.Ready shake(NbdAddress address, ChannelTransport channel, Deadline deadline)
            throws IOException {
        try {
            return Handshake.shake(address, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (deadline.expired()) {
                throw tooLate(address.timeout());
            }
            throw e;
        }
    }

    private static IOException tooLate(Duration timeout) {
        return new SocketTimeoutException("no answer within %d seconds".formatted(timeout.toSeconds()));
    }

    NbdExport export() {
        return export;
    }

    boolean lost() {
        return cause != null;
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws ConnectionLostException when the connection ended; the server may have done it or not
     * @throws IOException with the server's error
     */
    List<Request.State> call(Request request) throws IOException {
        room.acquireUninterruptibly();
        try {
            long cookie = cookies.incrementAndGet();
            request.start();
            underWay.put(cookie, request);
            if (ended) {
                // The thread that would end it may have gone already.
                underWay.remove(cookie);
                throw new ConnectionLostException(why());
            }
            try {
                send(request, cookie);
            } catch (IOException e) {
                fail(e);
            }
            return request.await();
        } finally {
            room.release();
        }
    }

    private IOException why() {
        IOException known = cause;
        return known == null ? new IOException("the connection is closed") : known;
    }

    private void send(Request request, long cookie) throws IOException {
        List<MemorySegment> pieces = request.writes() ? request.data().pieces() : List.of();
        ByteBuffer[] buffers = new ByteBuffer[1 + pieces.size()];
        for (int i = 0; i < pieces.size(); i++) {
            buffers[1 + i] = pieces.get(i).asByteBuffer();
        }
        sending.lock();
        try {
            header.clear();
            request.putHeader(header, cookie);
            buffers[0] = header.flip();
            transport.write(buffers);
        } finally {
            sending.unlock();
        }
    }

    private void readAnswers() {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.BYTES + STRUCTURED_REST);
            while (true) {
                int magic = receive(buffer, Integer.BYTES).getInt();
                if (magic == Nbd.SIMPLE_REPLY_MAGIC) {
                    readSimple(receive(buffer, SIMPLE_REST));
                } else if (magic == Nbd.STRUCTURED_REPLY_MAGIC && export.structured()) {
                    readChunk(receive(buffer, STRUCTURED_REST));
                } else {
                    throw new NbdProtocolException("bad magic 0x%x in an answer".formatted(magic));
                }
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new IOException("reading answers failed: " + e, e));
            LOG.error("reading answers failed", e);
        } finally {
            ended = true;
            for (Request request : new ArrayList<>(underWay.values())) {
                request.lose(why());
            }
        }
    }

    private ByteBuffer receive(ByteBuffer buffer, int bytes) throws IOException {
        buffer.clear().limit(bytes);
        transport.read(buffer);
        return buffer.flip();
    }

    /** doc/proto.md, "Simple reply message". */
    private void readSimple(ByteBuffer reply) throws IOException {
        int error = reply.getInt();
        long cookie = reply.getLong();
        Request request = find(cookie);
        if (error != 0) {
            request.fail(error, "");
        } else if (request.reads()) {
            if (export.structured()) {
                throw new NbdProtocolException("answers a read without a chunk");
            }
            readInto(request.data());
            request.fill(request.offset(), request.length());
        }
        end(cookie, request);
    }

    /** doc/proto.md, "Structured reply chunk message". */
    private void readChunk(ByteBuffer reply) throws IOException {
        int flags = reply.getShort();
        int type = reply.getShort() & 0xFFFF;
        long cookie = reply.getLong();
        int length = reply.getInt();
        Request request = find(cookie);
        if (type == Nbd.CHUNK_OFFSET_DATA) {
            if (length <= Long.BYTES) {
                throw new NbdProtocolException("a chunk of %d bytes".formatted(length));
            }
            long at = receive(ByteBuffer.allocate(Long.BYTES), Long.BYTES).getLong();
            readInto(request.fill(at, length - Long.BYTES));
        } else {
            if (length < 0 || length > LONGEST_CHUNK) {
                throw new NbdProtocolException("a chunk of %d bytes".formatted(length));
            }
            take(request, type, receive(ByteBuffer.allocate(length), length));
        }
        if ((flags & Nbd.CHUNK_DONE) != 0) {
            end(cookie, request);
        } else if (type == Nbd.CHUNK_NONE) {
            throw new NbdProtocolException("a chunk of nothing that is not the last");
        }
    }

    private static void take(Request request, int type, ByteBuffer payload) throws IOException {
        switch (type) {
            case Nbd.CHUNK_NONE -> require(payload.remaining() == 0);
            case Nbd.CHUNK_OFFSET_HOLE -> {
                require(payload.remaining() == Long.BYTES + Integer.BYTES);
                long at = payload.getLong();
                request.fill(at, Integer.toUnsignedLong(payload.getInt())).clear();
            }
            case Nbd.CHUNK_BLOCK_STATUS -> request.takeStates(payload);
            default -> {
                require((type & Nbd.CHUNK_ERROR) != 0 && payload.remaining() >= Integer.BYTES + Short.BYTES);
                int error = payload.getInt();
                int text = payload.getShort() & 0xFFFF;
                require(text <= payload.remaining());
                byte[] bytes = new byte[text];
                payload.get(bytes);
                request.fail(error, new String(bytes, StandardCharsets.UTF_8));
            }
        }
    }

    private static void require(boolean condition) throws IOException {
        if (!condition) {
            throw new NbdProtocolException("a chunk that makes no sense");
        }
    }

    private Request find(long cookie) throws IOException {
        Request request = underWay.get(cookie);
        if (request == null) {
            throw new NbdProtocolException("answers what was not asked");
        }
        return request;
    }

    private void readInto(IoVector target) throws IOException {
        for (MemorySegment piece : target.pieces()) {
            transport.read(piece.asByteBuffer());
        }
    }

    private void end(long cookie, Request request) throws IOException {
        request.end();
        underWay.remove(cookie);
    }

    /** Closes a connection on which the oldest request has waited for too long. */
    private void watch(Duration timeout) {
        try {
            while (!ended) {
                Thread.sleep(timeout.dividedBy(CHECKS_PER_TIMEOUT));
                long now = System.nanoTime();
                for (Request request : underWay.values()) {
                    if (now - request.started() > timeout.toNanos()) {
                        fail(new SocketTimeoutException("no answer within %d seconds".formatted(timeout.toSeconds())));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing comes of this connection any more; the thread that reads ends the requests. */
    private synchronized void fail(IOException reason) {
        if (cause == null) {
            cause = reason;
        }
        try {
            transport.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Says goodbye; no request is under way. */
    void close() {
        if (!lost()) {
            try {
                send(Request.of(Nbd.COMMAND_DISCONNECT, 0, 0, 0), cookies.incrementAndGet());
            } catch (IOException e) {
                // It is closed anyway.
            }
        }
        fail(new IOException("the connection is closed"));
    }
}
