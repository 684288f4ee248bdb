package org.margay.chardev.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor of the host. It is closed once, however often that is asked for; nobody may be using it then: its number is
 * another file's soon.
 */
public final class Descriptor implements AutoCloseable {
    public static final int O_RDWR = 02;
    public static final int O_NOCTTY = 0400;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;

    /** What {@link #read} and {@link #write} give when they would have to wait. */
    public static final int WOULD_BLOCK = -1;

    private static final int CLOSED = -1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private static final MethodHandle OPEN = Libc.function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            Libc.function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle READ = Libc.function("read", TRANSFER);
    private static final MethodHandle WRITE = Libc.function("write", TRANSFER);
    private static final MethodHandle IOCTL = Libc.function(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FCNTL = Libc.function(
            "fcntl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));

    private final AtomicInteger number;

    private Descriptor(int number) {
        this.number = new AtomicInteger(number);
    }

    /** One that came from elsewhere, and is owned by this object from now on. */
    public static Descriptor of(int number) {
        return new Descriptor(number);
    }

    /** Opens a file (open(2)); programs that are started do not inherit it. */
    public static Descriptor open(String path, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return of(Libc.call(state -> (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC))
                    .required(path));
        }
    }

    /** As the kernel knows it; -1 once it is closed. */
    public int number() {
        return number.get();
    }

    /**
     * Reads once (read(2)).
     *
     * @return bytes, 0 at the end, or {@link #WOULD_BLOCK}
     */
    public int read(MemorySegment target) throws PosixException {
        int from = number();
        long size = target.byteSize();
        return transferred("read", Libc.call(state -> (long) READ.invokeExact(state, from, target, size)));
    }

    /**
     * Writes once (write(2)).
     *
     * @return bytes, which may be fewer than there are, or {@link #WOULD_BLOCK}
     */
    public int write(MemorySegment source) throws PosixException {
        int to = number();
        long size = source.byteSize();
        return transferred("write", Libc.call(state -> (long) WRITE.invokeExact(state, to, source, size)));
    }

    private static int transferred(String what, Libc.Outcome outcome) throws PosixException {
        boolean later = outcome.errno() == Libc.EAGAIN || outcome.errno() == Libc.EINTR;
        return outcome.result() < 0 && later ? WOULD_BLOCK : outcome.required(what);
    }

    /**
     * Has a driver do something (ioctl(2)).
     *
     * @param name of the request, for messages
     */
    public int ioctl(String name, long request, MemorySegment argument) throws PosixException {
        int target = number();
        return Libc.call(state -> (int) IOCTL.invokeExact(state, target, request, argument))
                .required(name);
    }

    /** Reads and writes shall not wait from now on. */
    public void setNonBlocking() throws PosixException {
        int target = number();
        int flags = Libc.call(state -> (int) FCNTL.invokeExact(state, target, F_GETFL, 0))
                .required("fcntl");
        Libc.call(state -> (int) FCNTL.invokeExact(state, target, F_SETFL, flags | O_NONBLOCK))
                .required("fcntl");
    }

    @Override
    public void close() {
        int last = number.getAndSet(CLOSED);
        if (last != CLOSED) {
            Libc.call(state -> (int) CLOSE.invokeExact(state, last));
        }
    }
}
