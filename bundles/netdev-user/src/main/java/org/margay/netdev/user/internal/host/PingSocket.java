package org.margay.netdev.user.internal.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.Libc;
import org.margay.chardev.posix.PosixException;
import org.margay.netdev.user.internal.ip.Ip;
import org.margay.netdev.user.internal.ip.IpAddress;

/**
 * A socket for ICMP echoes that needs no privileges (icmp(7)); the kernel writes identifier and checksum. Only groups in the sysctl
 * net.ipv4.ping_group_range may have one.
 */
final class PingSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;

    private static final byte ECHO = 8;
    private static final byte ECHO_6 = (byte) 128;

    /** Bytes of an echo: header and payload. */
    private static final int LENGTH = 64;

    /** struct sockaddr_in and sockaddr_in6: bytes, and where the address is. */
    private static final int ADDRESS_SIZE = 28;

    private static final int ADDRESS_4 = 4;
    private static final int ADDRESS_6 = 8;

    private static final MethodHandle SOCKET = Libc.function(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CONNECT = Libc.function(
            "connect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private final IpAddress target;
    private final Descriptor socket;
    private final Arena arena = Arena.ofAuto();

    /** @throws PosixException when this process may not have one */
    PingSocket(IpAddress target) throws PosixException {
        this.target = target;
        int family = target.isV4() ? AF_INET : AF_INET6;
        int protocol = target.isV4() ? Ip.ICMP : Ip.ICMP6;
        int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
        socket = Descriptor.of(Libc.call(state -> (int) SOCKET.invokeExact(state, family, type, protocol))
                .required("socket"));
    }

    /** Sends an echo request. */
    void send() throws PosixException {
        MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) (target.isV4() ? AF_INET : AF_INET6));
        MemorySegment.copy(
                MemorySegment.ofArray(target.bytes()),
                0,
                address,
                target.isV4() ? ADDRESS_4 : ADDRESS_6,
                target.length());
        int number = socket.number();
        Libc.call(state -> (int) CONNECT.invokeExact(state, number, address, ADDRESS_SIZE))
                .required("connect");
        MemorySegment echo = arena.allocate(LENGTH);
        echo.set(ValueLayout.JAVA_BYTE, 0, target.isV4() ? ECHO : ECHO_6);
        echo.set(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 6, (short) 1);
        socket.write(echo);
    }

    /**
     * Whether the answer is there.
     *
     * @throws PosixException when it will not come
     */
    boolean answered() throws PosixException {
        return socket.read(arena.allocate(LENGTH)) > 0;
    }

    @Override
    public void close() {
        socket.close();
    }
}
