package org.margay.pci;

import org.margay.memory.IoHandler;

/**
 * Configuration mechanism #1 (PCI 3.0, section 3.2.2.3.2): the address register at port 0xCF8, which answers only
 * doublewords, and a window of four bytes at 0xCFC. Narrower accesses to 0xCF8-0xCFB fall through to whoever shares the
 * ports, such as a reset control register at 0xCF9.
 */
public final class ConfigMechanism1 {
    /** First port of the address register. */
    public static final int ADDRESS_PORT = 0xCF8;

    /** First port of the data window. */
    public static final int DATA_PORT = 0xCFC;

    private static final int ENABLE = 1 << 31;
    /** Reserved bits 30-24 and 1-0 read as zero. */
    private static final int IMPLEMENTED = 0x80FF_FFFC;

    private final PciBus bus;
    private final IoHandler shared;
    private int address;

    /**
     * Makes the registers.
     *
     * @param shared answers byte and word accesses to the address register's ports, by offset from 0xCF8
     */
    public ConfigMechanism1(PciBus bus, IoHandler shared) {
        this.bus = bus;
        this.shared = shared;
    }

    /** What the ports 0xCF8-0xCFB do. */
    public IoHandler addressPorts() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return size == 4 ? address & 0xFFFF_FFFFL : shared.read(offset, size);
            }

            @Override
            public void write(long offset, int size, long value) {
                if (size == 4) {
                    setAddress((int) value);
                } else {
                    shared.write(offset, size, value);
                }
            }
        };
    }

    /** What the ports 0xCFC-0xCFF do. */
    public IoHandler dataPorts() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return enabled() ? bus.readConfig(busNumber(), devfn(), register(offset), size) : -1;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (enabled()) {
                    bus.writeConfig(busNumber(), devfn(), register(offset), size, (int) value);
                }
            }
        };
    }

    /** The address register. */
    public int address() {
        return address;
    }

    public void setAddress(int value) {
        address = value & IMPLEMENTED;
    }

    private boolean enabled() {
        return (address & ENABLE) != 0;
    }

    private int busNumber() {
        return address >>> 16 & 0xFF;
    }

    private int devfn() {
        return address >>> 8 & 0xFF;
    }

    private int register(long offset) {
        return address & 0xFC | (int) offset & 3;
    }
}
