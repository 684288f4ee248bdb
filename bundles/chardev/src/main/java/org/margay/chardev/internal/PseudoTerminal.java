package org.margay.chardev.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * The master's end of a pseudo terminal (pty(7)). Reading waits on a platform thread; writing, which may be on a virtual
 * one, never blocks in the kernel.
 */
final class PseudoTerminal implements ByteChannel {
    private static final int O_RDWR = 02;
    private static final int O_NOCTTY = 0400;
    private static final int O_NONBLOCK = 04000;
    private static final int EAGAIN = 11;
    private static final short POLLIN = 1;
    private static final short POLLHUP = 16;
    private static final int CHUNK = 4096;
    private static final Duration RETRY = Duration.ofMillis(5);

    private static final MethodHandle POSIX_OPENPT =
            Libc.function("posix_openpt", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle GRANTPT =
            Libc.function("grantpt", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle UNLOCKPT =
            Libc.function("unlockpt", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle PTSNAME_R = Libc.function(
            "ptsname_r",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle OPEN = Libc.function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            Libc.function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle POLL = Libc.function(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle READ = Libc.function("read", TRANSFER);
    private static final MethodHandle WRITE = Libc.function("write", TRANSFER);

    private final int master;
    private final String slaveName;
    private volatile boolean closed;

    private PseudoTerminal(int master, String slaveName) {
        this.master = master;
        this.slaveName = slaveName;
    }

    /** A call's result and errno. */
    private record Outcome(long result, int errno) {}

    /** One call with its own arena. */
    private interface Call {
        long invoke(MemorySegment callState, Arena arena) throws Throwable;
    }

    private static Outcome call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment callState = arena.allocate(Libc.CALL_STATE);
            long result = call.invoke(callState, arena);
            return new Outcome(result, Libc.errno(callState));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int require(String what, Outcome outcome) throws IOException {
        if (outcome.result() < 0) {
            throw new IOException("no pseudo terminal: %s: errno %d".formatted(what, outcome.errno()));
        }
        return (int) outcome.result();
    }

    /** Makes a pair; nobody has the slave open. */
    static PseudoTerminal open() throws IOException {
        int flags = O_RDWR | O_NOCTTY | O_NONBLOCK;
        int master = require("posix_openpt", call((state, _) -> (int) POSIX_OPENPT.invokeExact(state, flags)));
        try {
            require("grantpt", call((state, _) -> (int) GRANTPT.invokeExact(state, master)));
            require("unlockpt", call((state, _) -> (int) UNLOCKPT.invokeExact(state, master)));
            String name = slaveName(master);
            Terminal.transparent(master);
            // Opened and closed once, the slave counts as hung up until somebody opens it.
            int slave = require("open", call((state, arena) ->
                    (int) OPEN.invokeExact(state, arena.allocateFrom(name), O_RDWR | O_NOCTTY)));
            close(slave);
            return new PseudoTerminal(master, name);
        } catch (IOException e) {
            close(master);
            throw e;
        }
    }

    private static String slaveName(int master) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(128);
            require("ptsname_r", call((state, _) -> (int) PTSNAME_R.invokeExact(state, master, name, name.byteSize())));
            return name.getString(0);
        }
    }

    private static void close(int descriptor) {
        call((state, _) -> (int) CLOSE.invokeExact(state, descriptor));
    }

    /** Such as "/dev/pts/3". */
    String slaveName() {
        return slaveName;
    }

    /** Whether somebody has the slave open. */
    boolean inUse() {
        return !closed && (poll(0) & POLLHUP) == 0;
    }

    private int poll(int milliseconds) {
        // struct pollfd: int fd; short events, revents.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfd = arena.allocate(8, 4);
            pollfd.set(ValueLayout.JAVA_INT, 0, master);
            pollfd.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            call((state, _) -> (int) POLL.invokeExact(state, pollfd, 1L, milliseconds));
            return pollfd.get(ValueLayout.JAVA_SHORT, 6);
        }
    }

    /** Waits for input; -1 when nobody has the slave open any more. */
    @Override
    public int read(ByteBuffer target) throws IOException {
        while (!closed) {
            int events = poll(200);
            if ((events & POLLIN) != 0) {
                int count = transfer(READ, target);
                if (count > 0) {
                    return count;
                }
            }
            if ((events & POLLHUP) != 0) {
                return -1;
            }
        }
        throw new ClosedChannelException();
    }

    /** Waits until all is written; what nobody is there to read is lost. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int all = source.remaining();
        while (source.hasRemaining() && inUse()) {
            int before = source.position();
            int count = transfer(WRITE, source);
            if (count < 0) {
                break;
            }
            if (source.position() == before) {
                pause();
            }
        }
        source.position(source.limit());
        return all;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedChannelException();
        }
    }

    /** Bytes moved, 0 when there is nothing to be done now, -1 on error. */
    private int transfer(MethodHandle function, ByteBuffer buffer) {
        try (Arena arena = Arena.ofConfined()) {
            int length = Math.min(buffer.remaining(), CHUNK);
            MemorySegment bytes = arena.allocate(length);
            boolean writes = function == WRITE;
            if (writes) {
                bytes.copyFrom(MemorySegment.ofBuffer(buffer.duplicate().limit(buffer.position() + length)));
            }
            Outcome outcome = call((state, _) -> (long) function.invokeExact(state, master, bytes, (long) length));
            if (outcome.result() < 0) {
                return outcome.errno() == EAGAIN ? 0 : -1;
            }
            int count = (int) outcome.result();
            if (writes) {
                buffer.position(buffer.position() + count);
            } else {
                buffer.put(bytes.asSlice(0, count).asByteBuffer());
            }
            return count;
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Closes the pair; a read under way ends within a moment. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            close(master);
        }
    }
}
