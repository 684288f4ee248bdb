package org.margay.nbd.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.margay.block.NoSpaceException;
import org.margay.memory.IoVector;

/** One request on one connection, from its sending to the end of its answer. */
final class Request {
    /** A piece of the answer about allocation. */
    record State(long length, int flags) {}

    private static final int NO_SPACE = 28;
    private static final int DESCRIPTOR = 8;

    /** Answers about allocation need not be longer: the rest can be asked for. */
    private static final int MOST_DESCRIPTORS = 64 << 10;

    private final int command;
    private final int flags;
    private final long offset;
    private final int length;
    private final IoVector data;
    private volatile long started = System.nanoTime();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<State> states = new ArrayList<>();
    private final TreeMap<Long, Long> filled = new TreeMap<>();
    private @Nullable IOException failure;

    private Request(int command, int flags, long offset, int length, IoVector data) {
        this.command = command;
        this.flags = flags;
        this.offset = offset;
        this.length = length;
        this.data = data;
    }

    static Request read(long offset, IoVector target) {
        return new Request(Nbd.COMMAND_READ, 0, offset, Math.toIntExact(target.size()), forAnyThread(target));
    }

    /** The thread that reads answers fills it, which memory of a confined arena forbids; {@link #await} keeps its owner here. */
    private static IoVector forAnyThread(IoVector target) {
        return IoVector.of(target.pieces().stream()
                .map(piece -> MemorySegment.ofAddress(piece.address()).reinterpret(piece.byteSize()))
                .toList());
    }

    static Request write(long offset, IoVector source, int flags) {
        return new Request(Nbd.COMMAND_WRITE, flags, offset, Math.toIntExact(source.size()), source);
    }

    /** One without data: a flush, a trim. */
    static Request of(int command, int flags, long offset, int length) {
        return new Request(command, flags, offset, length, IoVector.of());
    }

    boolean reads() {
        return command == Nbd.COMMAND_READ;
    }

    boolean writes() {
        return command == Nbd.COMMAND_WRITE;
    }

    IoVector data() {
        return data;
    }

    int length() {
        return length;
    }

    long offset() {
        return offset;
    }

    /** It is sent now. */
    void start() {
        started = System.nanoTime();
    }

    long started() {
        return started;
    }

    /** Its 28 bytes: doc/proto.md, "Request message". */
    void putHeader(ByteBuffer buffer, long cookie) {
        buffer.putInt(Nbd.REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length);
    }

    /**
     * A chunk fills a part of what is read.
     *
     * @param at offset in the export
     * @return where it goes
     * @throws NbdProtocolException when it was not asked for, or came before
     */
    IoVector fill(long at, long bytes) throws NbdProtocolException {
        long from = at - offset;
        if (command != Nbd.COMMAND_READ || bytes <= 0 || from < 0 || bytes > length || from > length - bytes) {
            throw new NbdProtocolException("sends %d bytes at %d that were not asked for".formatted(bytes, at));
        }
        Map.Entry<Long, Long> before = filled.floorEntry(from + bytes - 1);
        if (before != null && before.getValue() > from) {
            throw new NbdProtocolException("sends bytes at %d twice".formatted(at));
        }
        filled.put(from, from + bytes);
        return data.slice(from, bytes);
    }

    /** Takes the answer about allocation: the number of the context, then lengths and flags. */
    void takeStates(ByteBuffer payload) throws NbdProtocolException {
        int count = (payload.remaining() - Integer.BYTES) / DESCRIPTOR;
        if (command != Nbd.COMMAND_BLOCK_STATUS
                || payload.remaining() != Integer.BYTES + count * DESCRIPTOR
                || count < 1
                || count > MOST_DESCRIPTORS
                || !states.isEmpty()) {
            throw new NbdProtocolException("bad answer about allocation");
        }
        payload.getInt();
        for (int i = 0; i < count; i++) {
            long bytes = Integer.toUnsignedLong(payload.getInt());
            if (bytes == 0) {
                throw new NbdProtocolException("an extent of no bytes");
            }
            states.add(new State(bytes, payload.getInt()));
        }
    }

    /** The server's error: the first counts. */
    void fail(int error, String text) {
        if (failure == null) {
            String reason = text.isEmpty() ? Nbd.errorText(error) : Handshake.printable(text);
            failure = error == NO_SPACE ? new NoSpaceException(reason) : new IOException(reason);
        }
    }

    /** The connection is gone. */
    void lose(IOException cause) {
        failure = new ConnectionLostException(cause);
        ended.countDown();
    }

    /**
     * All of the answer is here.
     *
     * @throws NbdProtocolException when something is missing in it
     */
    void end() throws NbdProtocolException {
        if (failure == null
                && reads()
                && filled.entrySet().stream()
                                .mapToLong(part -> part.getValue() - part.getKey())
                                .sum()
                        != length) {
            throw new NbdProtocolException("answers a read in part");
        }
        if (failure == null && command == Nbd.COMMAND_BLOCK_STATUS && states.isEmpty()) {
            throw new NbdProtocolException("answers nothing about allocation");
        }
        ended.countDown();
    }

    /**
     * Waits for the end; its memory is not touched any more then.
     *
     * @throws ConnectionLostException when the request may be tried again
     * @throws IOException with the server's error
     */
    List<State> await() throws IOException {
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                ended.await();
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return states;
    }
}
