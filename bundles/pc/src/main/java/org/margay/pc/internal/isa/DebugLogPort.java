package org.margay.pc.internal.isa;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * A debug console whose lines go to a log: SeaBIOS writes its messages to port 402h when a read there gives E9h. Mapped below
 * other devices, so that an isa-debugcon at the same port takes over. It has no state that a guest could see.
 */
public final class DebugLogPort implements IoHandler, AutoCloseable {
    private static final int PRESENT = 0xE9;
    private static final int MAX_LINE = 1024;

    private final MemoryRegion ports;
    private final MemoryRegion region = MemoryRegion.io("debug-log", 1, AccessSizes.BYTE, this);
    private final Consumer<String> log;
    private final byte[] line = new byte[MAX_LINE];
    private int length;

    public DebugLogPort(MemoryRegion ports, int port, Consumer<String> log) {
        this.ports = ports;
        this.log = log;
        ports.add(region, port, -1);
    }

    @Override
    public long read(long offset, int size) {
        return PRESENT;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (value != '\n') {
            line[length++] = (byte) value;
        }
        if (value == '\n' || length == MAX_LINE) {
            log.accept(new String(line, 0, length, StandardCharsets.ISO_8859_1));
            length = 0;
        }
    }

    @Override
    public void close() {
        ports.remove(region);
    }
}
