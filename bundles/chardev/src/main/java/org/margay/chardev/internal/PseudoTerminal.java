package org.margay.chardev.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.Libc;
import org.margay.chardev.posix.PollSet;
import org.margay.chardev.posix.PosixException;

/**
 * The master's end of a pseudo terminal (pty(7)). Reading waits on a platform thread; writing, which may be on a virtual
 * one, never blocks in the kernel.
 */
final class PseudoTerminal implements ByteChannel {
    private static final int CHUNK = 4096;
    private static final int LOOK_MILLISECONDS = 200;
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

    private final Descriptor master;
    private final String slaveName;
    private volatile boolean closed;

    private PseudoTerminal(Descriptor master, String slaveName) {
        this.master = master;
        this.slaveName = slaveName;
    }

    /** Makes a pair; nobody has the slave open. */
    static PseudoTerminal open() throws IOException {
        int flags = Descriptor.O_RDWR | Descriptor.O_NOCTTY | Descriptor.O_NONBLOCK | Descriptor.O_CLOEXEC;
        Descriptor master = Descriptor.of(
                Libc.call(state -> (int) POSIX_OPENPT.invokeExact(state, flags)).required("posix_openpt"));
        try {
            int number = master.number();
            Libc.call(state -> (int) GRANTPT.invokeExact(state, number)).required("grantpt");
            Libc.call(state -> (int) UNLOCKPT.invokeExact(state, number)).required("unlockpt");
            String name = slaveName(number);
            Terminal.transparent(number);
            // Opened and closed once, the slave counts as hung up until somebody opens it.
            Descriptor.open(name, Descriptor.O_RDWR | Descriptor.O_NOCTTY).close();
            return new PseudoTerminal(master, name);
        } catch (IOException e) {
            master.close();
            throw e;
        }
    }

    private static String slaveName(int master) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(128);
            Libc.call(state -> (int) PTSNAME_R.invokeExact(state, master, name, name.byteSize()))
                    .required("ptsname_r");
            return name.getString(0);
        }
    }

    /** Such as "/dev/pts/3". */
    String slaveName() {
        return slaveName;
    }

    /** Whether somebody has the slave open. */
    boolean inUse() {
        return !closed && (poll(0) & PollSet.HANGUP) == 0;
    }

    private int poll(int milliseconds) {
        try (PollSet polled = new PollSet(master)) {
            polled.want(0, PollSet.IN);
            polled.await(milliseconds);
            return polled.ready(0);
        } catch (PosixException e) {
            return PollSet.HANGUP;
        }
    }

    /** Waits for input; -1 when nobody has the slave open any more. */
    @Override
    public int read(ByteBuffer target) throws IOException {
        while (!closed) {
            int events = poll(LOOK_MILLISECONDS);
            if ((events & PollSet.IN) != 0) {
                int count = readOnce(target);
                if (count > 0) {
                    return count;
                }
            }
            if ((events & PollSet.HANGUP) != 0) {
                return -1;
            }
        }
        throw new ClosedChannelException();
    }

    private int readOnce(ByteBuffer target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.min(target.remaining(), CHUNK));
            int count = master.read(bytes);
            if (count > 0) {
                target.put(bytes.asSlice(0, count).asByteBuffer());
            }
            return count;
        } catch (PosixException e) {
            // EIO: the slave was closed meanwhile; the next look sees it.
            return 0;
        }
    }

    /** Waits until all is written; what nobody is there to read is lost. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int all = source.remaining();
        while (source.hasRemaining() && inUse()) {
            int count = writeOnce(source);
            if (count == Descriptor.WOULD_BLOCK) {
                pause();
            }
        }
        source.position(source.limit());
        return all;
    }

    private int writeOnce(ByteBuffer source) {
        try (Arena arena = Arena.ofConfined()) {
            int length = Math.min(source.remaining(), CHUNK);
            MemorySegment bytes = arena.allocate(length);
            bytes.copyFrom(MemorySegment.ofBuffer(source.duplicate().limit(source.position() + length)));
            int count = master.write(bytes);
            source.position(source.position() + Math.max(count, 0));
            return count;
        } catch (PosixException e) {
            source.position(source.limit());
            return 0;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Closes the pair; a read under way ends within a moment. */
    @Override
    public synchronized void close() {
        closed = true;
        master.close();
    }
}
