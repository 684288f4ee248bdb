package org.margay.chardev.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Sockets of the UNIX domain (unix(7)), and descriptors that are passed through them. */
public final class UnixSockets {
    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int PATH_OFFSET = 2;
    private static final int PATH_SIZE = 108;

    /** Bytes of struct sockaddr_un. */
    public static final int ADDRESS_SIZE = PATH_OFFSET + PATH_SIZE;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    /** Bytes of struct cmsghdr, which the descriptor follows. */
    private static final int CONTROL_HEADER = 16;

    /** Room for one descriptor: further ones are dropped by the kernel. */
    private static final int CONTROL_SIZE = CONTROL_HEADER + Integer.BYTES;

    private static final MethodHandle SOCKET = Libc.function(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SOCKETPAIR = Libc.function(
            "socketpair",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS));
    private static final FunctionDescriptor WITH_ADDRESS = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle BIND = Libc.function("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = Libc.function("connect", WITH_ADDRESS);
    private static final MethodHandle RECVMSG = Libc.function(
            "recvmsg",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    /** What is sent over a socket. */
    public enum Kind {
        STREAM(1),
        DATAGRAM(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Two sockets that are connected with each other. */
    public record Pair(Descriptor first, Descriptor second) {}

    private UnixSockets() {}

    /** A socket without a name. */
    public static Descriptor socket(Kind kind) throws PosixException {
        return Descriptor.of(Libc.call(state -> (int) SOCKET.invokeExact(state, AF_UNIX, kind.number | SOCK_CLOEXEC, 0))
                .required("socket"));
    }

    /** Two sockets without names. */
    public static Pair pair(Kind kind) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(ValueLayout.JAVA_INT, 2);
            Libc.call(state -> (int) SOCKETPAIR.invokeExact(state, AF_UNIX, kind.number | SOCK_CLOEXEC, 0, numbers))
                    .required("socketpair");
            return new Pair(
                    Descriptor.of(numbers.getAtIndex(ValueLayout.JAVA_INT, 0)),
                    Descriptor.of(numbers.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    /** Whether a path is short enough to be a socket's name. */
    public static boolean fits(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length < PATH_SIZE;
    }

    /**
     * A name as the kernel has it: struct sockaddr_un.
     *
     * @throws IllegalArgumentException when the path does not {@link #fits fit}
     */
    public static MemorySegment address(Arena arena, String path) {
        if (!fits(path)) {
            throw new IllegalArgumentException("too long for a socket's name: " + path);
        }
        MemorySegment address = arena.allocate(ADDRESS_SIZE, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        address.setString(PATH_OFFSET, path);
        return address;
    }

    /** Gives a socket a name, which a file stands for from now on. */
    public static void bind(Descriptor socket, String path) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = address(arena, path);
            int number = socket.number();
            Libc.call(state -> (int) BIND.invokeExact(state, number, name, ADDRESS_SIZE))
                    .required(path);
        }
    }

    /** Connects a socket by the other side's name. */
    public static void connect(Descriptor socket, String path) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            connect(socket, address(arena, path), path);
        }
    }

    /**
     * Connects a socket by an address that somebody else made.
     *
     * @param address struct sockaddr_un
     * @param name of the other side, for messages
     */
    public static void connect(Descriptor socket, MemorySegment address, String name) throws PosixException {
        int number = socket.number();
        int size = (int) address.byteSize();
        Libc.call(state -> (int) CONNECT.invokeExact(state, number, address, size))
                .required(name);
    }

    /**
     * Takes a descriptor that the other side passes with a byte (SCM_RIGHTS); waits for it.
     *
     * @return empty when the other side has closed, or sends no descriptor
     */
    public static Optional<Descriptor> receiveDescriptor(Descriptor socket) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octet = arena.allocate(1);
            MemorySegment control = arena.allocate(CONTROL_SIZE, 8);
            MemorySegment message = message(arena, octet, control);
            int number = socket.number();
            Libc.call(state -> (long) RECVMSG.invokeExact(state, number, message, MSG_CMSG_CLOEXEC))
                    .required("recvmsg");
            boolean passed = message.get(ValueLayout.JAVA_LONG, 40) >= CONTROL_SIZE
                    && control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
                    && control.get(ValueLayout.JAVA_INT, 12) == SCM_RIGHTS;
            return passed
                    ? Optional.of(Descriptor.of(control.get(ValueLayout.JAVA_INT, CONTROL_HEADER)))
                    : Optional.empty();
        }
    }

    /** struct msghdr: name and its length, buffers and their number, control data and its length, flags. */
    private static MemorySegment message(Arena arena, MemorySegment buffer, MemorySegment control) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ValueLayout.ADDRESS, 0, buffer);
        vector.set(ValueLayout.JAVA_LONG, 8, buffer.byteSize());
        MemorySegment message = arena.allocate(56, 8);
        message.set(ValueLayout.ADDRESS, 16, vector);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.ADDRESS, 32, control);
        message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        return message;
    }
}
