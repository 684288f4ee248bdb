package org.margay.netdev.tap.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.Libc;
import org.margay.chardev.posix.PosixException;
import org.margay.machine.DeviceException;

/**
 * A TAP interface of Linux, as its descriptor controls it (Linux documentation, networking/tuntap; linux/if_tun.h). An interface that
 * was made here goes when the descriptor is closed.
 */
final class Tun {
    /** Bytes of an interface's name without the final zero. */
    static final int LONGEST_NAME = InterfaceRequest.NAME_SIZE - 1;

    private static final String DEVICE = "/dev/net/tun";

    private static final long TUNSETIFF = 0x400454CAL;
    private static final long TUNGETFEATURES = 0x800454CFL;
    private static final long TUNSETOFFLOAD = 0x400454D0L;
    private static final long TUNGETIFF = 0x800454D2L;
    private static final long TUNSETSNDBUF = 0x400454D4L;
    private static final long TUNSETVNETHDRSZ = 0x400454D8L;

    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;

    private final Descriptor descriptor;
    private final String name;
    private final boolean vnetHeader;

    private Tun(Descriptor descriptor, String name, boolean vnetHeader) {
        this.descriptor = descriptor;
        this.name = name;
        this.vnetHeader = vnetHeader;
    }

    /** Whether frames shall have a {@link VnetHeader}. */
    enum HeaderWish {
        NO,
        IF_POSSIBLE,
        YES
    }

    /**
     * Makes an interface, or attaches to a persistent one of that name.
     *
     * @param name may hold %d for the first free number
     */
    static Tun attach(String name, HeaderWish header) throws DeviceException {
        Descriptor device = open(name);
        try (Arena arena = Arena.ofConfined()) {
            boolean vnetHeader = header != HeaderWish.NO && knowsHeader(device, arena);
            if (header == HeaderWish.YES && !vnetHeader) {
                throw new DeviceException("vnet_hdr=on requested, but the host's kernel does not have it");
            }
            InterfaceRequest request = new InterfaceRequest(arena, name);
            request.setFlags(IFF_TAP | IFF_NO_PI | (vnetHeader ? IFF_VNET_HDR : 0));
            device.ioctl("TUNSETIFF", TUNSETIFF, request.bytes());
            return new Tun(device, request.name(), vnetHeader);
        } catch (PosixException e) {
            device.close();
            throw refused("could not configure %s (%s)".formatted(DEVICE, name), name, e);
        } catch (DeviceException e) {
            device.close();
            throw e;
        }
    }

    private static Descriptor open(String name) throws DeviceException {
        try {
            return Descriptor.open(DEVICE, Descriptor.O_RDWR);
        } catch (PosixException e) {
            throw refused("could not open " + DEVICE, name, e);
        }
    }

    private static boolean knowsHeader(Descriptor device, Arena arena) throws PosixException {
        MemorySegment features = arena.allocate(ValueLayout.JAVA_INT);
        device.ioctl("TUNGETFEATURES", TUNGETFEATURES, features);
        return (features.get(ValueLayout.JAVA_INT, 0) & IFF_VNET_HDR) != 0;
    }

    /** Says what would be right. */
    private static DeviceException refused(String what, String name, PosixException why) {
        String hint = switch (why.errno()) {
            case Libc.EPERM, Libc.EACCES ->
                "; that takes root, CAP_NET_ADMIN, or a persistent interface that belongs to this user, as"
                        + " 'ip tuntap add dev NAME mode tap user USER' makes it";
            case Libc.ENOENT, Libc.ENODEV, Libc.ENXIO -> "; the host's kernel, or this container, has no TUN/TAP";
            case Libc.EBUSY -> "; another process uses the interface";
            case Libc.EINVAL -> "; '%s' is no name for an interface, or that of one of another kind".formatted(name);
            default -> "";
        };
        return new DeviceException("%s: %s%s".formatted(what, why.reason(), hint));
    }

    /**
     * An interface that somebody else made and passed on.
     *
     * @param descriptor stays its owner's when this fails
     * @param origin what it came by, such as "fd=7", for messages
     */
    static Tun adopt(Descriptor descriptor, String origin) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            InterfaceRequest request = new InterfaceRequest(arena, "");
            descriptor.ioctl("TUNGETIFF", TUNGETIFF, request.bytes());
            int flags = request.flags();
            if ((flags & IFF_TAP) == 0 || (flags & IFF_NO_PI) == 0) {
                throw new DeviceException(
                        "%s: the interface %s must be of kind tap and without packet information (IFF_NO_PI)"
                                .formatted(origin, request.name()));
            }
            return new Tun(descriptor, request.name(), (flags & IFF_VNET_HDR) != 0);
        } catch (PosixException e) {
            throw new DeviceException("%s: that is no TAP interface: %s".formatted(origin, e.reason()));
        }
    }

    /** As the kernel knows it. */
    String name() {
        return name;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** Whether frames have a {@link VnetHeader}. */
    boolean hasVnetHeader() {
        return vnetHeader;
    }

    /** Limits what may wait in the interface, so that others that use the host's network get their share. */
    void setSendBuffer(int bytes) throws PosixException {
        set("TUNSETSNDBUF", TUNSETSNDBUF, bytes);
    }

    /** Agrees on the bytes of the header. */
    void setHeaderSize(int bytes) throws PosixException {
        set("TUNSETVNETHDRSZ", TUNSETVNETHDRSZ, bytes);
    }

    private void set(String request, long number, int value) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            descriptor.ioctl(request, number, arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    /** Says what unfinished frames the kernel may send, in the bits of TUN_F_*. */
    void setOffload(int bits) throws PosixException {
        descriptor.ioctl("TUNSETOFFLOAD", TUNSETOFFLOAD, MemorySegment.ofAddress(bits));
    }
}
