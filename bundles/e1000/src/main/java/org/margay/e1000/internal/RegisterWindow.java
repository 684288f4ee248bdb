package org.margay.e1000.internal;

import org.margay.memory.IoHandler;

/** The I/O ports, by which all registers can be reached: one port for the address, one for the data (8254x manual, section 4.1.2). */
final class RegisterWindow implements IoHandler {
    /** Ports. */
    static final int SIZE = 0x40;

    private static final int ADDRESS = 0;
    private static final int DATA = 4;

    private final IoHandler registers;
    private int address;

    RegisterWindow(IoHandler registers) {
        this.registers = registers;
    }

    private boolean inside() {
        return address >= 0 && address < E1000.REGISTERS;
    }

    @Override
    public long read(long offset, int size) {
        return switch ((int) offset) {
            case ADDRESS -> address;
            case DATA -> inside() ? registers.read(address, size) : 0;
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset == ADDRESS) {
            address = (int) value & ~3;
        } else if (offset == DATA && inside()) {
            registers.write(address, size, value);
        }
    }

    int address() {
        return address;
    }

    void address(int to) {
        address = to & ~3;
    }
}
