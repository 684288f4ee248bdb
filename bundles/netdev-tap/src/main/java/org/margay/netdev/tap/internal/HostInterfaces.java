package org.margay.netdev.tap.internal;

import java.lang.foreign.Arena;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.PosixException;
import org.margay.chardev.posix.UnixSockets;
import org.margay.machine.DeviceException;

/** Changes network interfaces of the host (netdevice(7)), for those who may: root, or CAP_NET_ADMIN. */
final class HostInterfaces implements AutoCloseable {
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCSIFHWADDR = 0x8924;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final long SIOCBRADDIF = 0x89A2;

    private static final int IFF_UP = 1;
    /** First octet of hardware addresses that no bridge takes for its own. */
    private static final int HIGH_OCTET = 0xFE;

    private final Arena arena = Arena.ofConfined();
    private final Descriptor socket;

    HostInterfaces() throws PosixException {
        socket = UnixSockets.socket(UnixSockets.Kind.DATAGRAM);
    }

    /** Plugs an interface into a bridge, gives it the bridge's MTU, and switches it on. */
    static void plug(String name, String bridge) throws DeviceException {
        try (HostInterfaces host = new HostInterfaces()) {
            host.ask(bridge, "SIOCGIFINDEX", SIOCGIFINDEX);
            host.keepAddressOf(name);
            host.setMtu(name, host.ask(bridge, "SIOCGIFMTU", SIOCGIFMTU).number());
            InterfaceRequest request = new InterfaceRequest(host.arena, bridge);
            request.setNumber(host.ask(name, "SIOCGIFINDEX", SIOCGIFINDEX).number());
            host.socket.ioctl("SIOCBRADDIF", SIOCBRADDIF, request.bytes());
            host.switchOn(name);
        } catch (PosixException e) {
            throw new DeviceException("could not plug %s into bridge %s: %s".formatted(name, bridge, e.getMessage()));
        }
    }

    private InterfaceRequest ask(String name, String what, long request) throws DeviceException, PosixException {
        InterfaceRequest answer = new InterfaceRequest(arena, name);
        socket.ioctl(what, request, answer.bytes());
        return answer;
    }

    /** A bridge has the lowest address of its ports: it shall not change with this one. */
    private void keepAddressOf(String name) throws DeviceException, PosixException {
        InterfaceRequest address = ask(name, "SIOCGIFHWADDR", SIOCGIFHWADDR);
        address.setFirstOctet(HIGH_OCTET);
        socket.ioctl("SIOCSIFHWADDR", SIOCSIFHWADDR, address.bytes());
    }

    private void setMtu(String name, int bytes) throws DeviceException, PosixException {
        InterfaceRequest request = new InterfaceRequest(arena, name);
        request.setNumber(bytes);
        socket.ioctl("SIOCSIFMTU", SIOCSIFMTU, request.bytes());
    }

    private void switchOn(String name) throws DeviceException, PosixException {
        InterfaceRequest request = ask(name, "SIOCGIFFLAGS", SIOCGIFFLAGS);
        request.setFlags(request.flags() | IFF_UP);
        socket.ioctl("SIOCSIFFLAGS", SIOCSIFFLAGS, request.bytes());
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
