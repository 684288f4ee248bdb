package org.margay.pci;

/**
 * Offsets and bits of the configuration header (PCI Local Bus Specification 3.0, section 6.1 and appendix D), and of a bridge's
 * (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2).
 */
public final class PciRegister {
    public static final int VENDOR_ID = 0x00;
    public static final int DEVICE_ID = 0x02;
    public static final int COMMAND = 0x04;
    public static final int STATUS = 0x06;
    public static final int REVISION = 0x08;
    public static final int PROGRAMMING_INTERFACE = 0x09;
    public static final int CLASS = 0x0A;
    public static final int CACHE_LINE_SIZE = 0x0C;
    public static final int LATENCY_TIMER = 0x0D;
    public static final int HEADER_TYPE = 0x0E;
    public static final int BAR_0 = 0x10;
    public static final int SUBSYSTEM_VENDOR_ID = 0x2C;
    public static final int SUBSYSTEM_ID = 0x2E;
    public static final int ROM_ADDRESS = 0x30;
    public static final int CAPABILITIES = 0x34;
    public static final int INTERRUPT_LINE = 0x3C;
    public static final int INTERRUPT_PIN = 0x3D;

    public static final int PRIMARY_BUS = 0x18;
    public static final int SECONDARY_BUS = 0x19;
    public static final int SUBORDINATE_BUS = 0x1A;
    public static final int IO_BASE = 0x1C;
    public static final int IO_LIMIT = 0x1D;
    public static final int SECONDARY_STATUS = 0x1E;
    public static final int MEMORY_BASE = 0x20;
    public static final int MEMORY_LIMIT = 0x22;
    public static final int PREFETCH_BASE = 0x24;
    public static final int PREFETCH_LIMIT = 0x26;
    public static final int PREFETCH_BASE_UPPER = 0x28;
    public static final int PREFETCH_LIMIT_UPPER = 0x2C;
    public static final int BRIDGE_CONTROL = 0x3E;

    public static final int COMMAND_IO = 1;
    public static final int COMMAND_MEMORY = 1 << 1;
    public static final int COMMAND_BUS_MASTER = 1 << 2;
    public static final int COMMAND_PARITY = 1 << 6;
    public static final int COMMAND_SERR = 1 << 8;
    public static final int COMMAND_INTX_DISABLE = 1 << 10;

    public static final int STATUS_INTERRUPT = 1 << 3;
    public static final int STATUS_CAPABILITIES = 1 << 4;
    /** Status bits that report errors; a written 1 clears them. */
    public static final int STATUS_ERRORS = 0xF900;

    public static final int HEADER_MULTIFUNCTION = 0x80;
    public static final int HEADER_BRIDGE = 1;
    public static final int BAR_IO = 1;
    public static final int BAR_MEMORY_64 = 4;
    public static final int BAR_PREFETCH = 8;
    public static final int ROM_ENABLE = 1;

    /** The prefetchable window can be anywhere in 64 bits. */
    public static final int PREFETCH_64 = 1;

    public static final int BRIDGE_CONTROL_ISA = 1 << 2;
    public static final int BRIDGE_CONTROL_VGA = 1 << 3;
    public static final int BRIDGE_CONTROL_RESET = 1 << 6;
    /** Bits of bridge control that can be written. */
    static final int BRIDGE_CONTROL_BITS = 0x0BFF;

    private PciRegister() {}
}
