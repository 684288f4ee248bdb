package org.margay.e1000.internal;

/** Registers that keep what is written: set-up of wire, buffers and power that a virtual wire has no use for. */
enum PlainRegister {
    FLOW_CONTROL_ADDRESS_LOW(0x28, 0xFFFF_FFFF),
    FLOW_CONTROL_ADDRESS_HIGH(0x2C, 0xFFFF),
    FLOW_CONTROL_TYPE(0x30, 0xFFFF),
    /** The type of frames with a VLAN tag. */
    VLAN_ETHER_TYPE(0x38, 0xFFFF, 0x8100),
    FLOW_CONTROL_TRANSMIT_TIMER(0x170, 0xFFFF),
    TRANSMIT_CONFIGURATION_WORD(0x178, 0xC000_FFFF),
    TRANSMIT_GAP(0x410, 0x3FFF_FFFF),
    ADAPTIVE_FRAME_SPACING(0x458, 0xFFFF),
    LED_CONTROL(0xE00, 0xCFCF_CFCF, 0x0706_8302),
    /** KiB of the packet buffer for receiving; the rest of 64 is for transmitting. */
    PACKET_BUFFER_ALLOCATION(0x1000, 0xFFFF, 0x0030),
    FLOW_CONTROL_THRESHOLD_LOW(0x2160, 0x8000_FFF8),
    FLOW_CONTROL_THRESHOLD_HIGH(0x2168, 0xFFF8),
    RECEIVE_FIFO(0x2410, 0x1FFF, 0, 5, 8),
    TRANSMIT_DMA_CONTROL(0x3000, 0xFFFF_FFFF),
    TRANSMIT_FIFO(0x3410, 0x1FFF, 0, 5, 8),
    SEGMENTATION_PAD(0x3830, 0xFFFF_FFFF),
    WAKE_UP_CONTROL(0x5800, 0xF),
    WAKE_UP_FILTER_CONTROL(0x5808, 0x000F_80FF),
    MANAGEMENT_CONTROL(0x5820, 0xFFFF_FFFF),
    IP_ADDRESS_VALID(0x5838, 0x1_000F),
    IP_4_ADDRESS(0x5840, 0xFFFF_FFFF, 0, 4, 8),
    IP_6_ADDRESS(0x5880, 0xFFFF_FFFF, 0, 4, 4),
    FLEXIBLE_FILTER_LENGTH(0x5F00, 0x7FF, 0, 4, 8),
    FLEXIBLE_FILTER_MASK(0x9000, 0xF, 0, 128, 8),
    FLEXIBLE_FILTER_VALUE(0x9800, 0xFFFF_FFFF, 0, 128, 8);

    private final int offset;
    private final int mask;
    private final int initial;
    private final int count;
    private final int spacing;

    PlainRegister(int offset, int mask) {
        this(offset, mask, 0);
    }

    PlainRegister(int offset, int mask, int initial) {
        this(offset, mask, initial, 1, 4);
    }

    PlainRegister(int offset, int mask, int initial, int count, int spacing) {
        this.offset = offset;
        this.mask = mask;
        this.initial = initial;
        this.count = count;
        this.spacing = spacing;
    }

    /** Of the first, in the chip's register space. */
    int offset() {
        return offset;
    }

    /** Bits that can be written. */
    int mask() {
        return mask;
    }

    /** After a reset. */
    int initial() {
        return initial;
    }

    /** How many there are of the kind. */
    int count() {
        return count;
    }

    /** Bytes from one to the next. */
    int spacing() {
        return spacing;
    }
}
