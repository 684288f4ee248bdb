package org.margay.netdev.tap.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.margay.machine.DeviceException;

/** What ioctls on network interfaces take: struct ifreq of netdevice(7), a name and one value of some kind. */
final class InterfaceRequest {
    static final int NAME_SIZE = 16;
    private static final int SIZE = 40;
    /** Bytes of the address in a struct sockaddr, behind its family. */
    private static final int HARDWARE_ADDRESS = NAME_SIZE + 2;

    private final MemorySegment bytes;

    InterfaceRequest(Arena arena, String name) throws DeviceException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length >= NAME_SIZE) {
            throw new DeviceException(
                    "'%s' is too long for an interface's name: at most %d bytes".formatted(name, NAME_SIZE - 1));
        }
        bytes = arena.allocate(SIZE, 8);
        MemorySegment.copy(text, 0, bytes, ValueLayout.JAVA_BYTE, 0, text.length);
    }

    MemorySegment bytes() {
        return bytes;
    }

    String name() {
        return bytes.getString(0);
    }

    int flags() {
        return bytes.get(ValueLayout.JAVA_SHORT, NAME_SIZE) & 0xFFFF;
    }

    void setFlags(int flags) {
        bytes.set(ValueLayout.JAVA_SHORT, NAME_SIZE, (short) flags);
    }

    /** Index or MTU. */
    int number() {
        return bytes.get(ValueLayout.JAVA_INT, NAME_SIZE);
    }

    void setNumber(int number) {
        bytes.set(ValueLayout.JAVA_INT, NAME_SIZE, number);
    }

    /** Changes the first byte of the hardware address. */
    void setFirstOctet(int octet) {
        bytes.set(ValueLayout.JAVA_BYTE, HARDWARE_ADDRESS, (byte) octet);
    }
}
