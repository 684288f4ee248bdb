package org.margay.firmware.internal.setup;

import org.margay.memory.AddressSpace;

/** Brings the ISA chips to the state in which a BIOS leaves them. */
final class ChipSetup {
    private static final int PIC = 0x20;
    private static final int SECOND_PIC = 0xA0;
    private static final int ELCR_HIGH = 0x4D1;
    /** Interrupts 10 and 11, which PCI uses. */
    private static final int ELCR_PCI = 0x0C;

    private static final int PIT_CHANNEL_0 = 0x40;
    private static final int PIT_CONTROL = 0x43;
    /** Of the word controller, through whose channel 4 the byte controller asks for the bus. */
    private static final int DMA_MODE = 0xD6;

    private static final int DMA_MASK = 0xD4;
    private static final int DMA_CASCADE = 0xC0;
    private static final int PORT_92 = 0x92;
    private static final int KEYBOARD_COMMAND = 0x64;
    private static final int KEYBOARD_DATA = 0x60;
    private static final int WRITE_COMMAND_BYTE = 0x60;
    private static final int TRANSLATE = 1 << 6;
    private static final int MOUSE_DISABLED = 1 << 5;
    private static final int KEYBOARD_INTERRUPT = 1;

    private final AddressSpace ports;

    ChipSetup(AddressSpace ports) {
        this.ports = ports;
    }

    /** Interrupt controllers at vectors 8 and 70h, all masked but the cascade; a timer at 18.2 Hz; A20 open; DMA channels cascaded. */
    void run() {
        initialize(PIC, 0x08, 1 << 2, 0xFB);
        initialize(SECOND_PIC, 0x70, 2, 0xFF);
        out(ELCR_HIGH, ELCR_PCI);
        out(PIT_CONTROL, 0x34);
        out(PIT_CHANNEL_0, 0);
        out(PIT_CHANNEL_0, 0);
        out(PORT_92, 2);
        out(DMA_MODE, DMA_CASCADE);
        out(DMA_MASK, 0);
        keyboard();
    }

    /** Scan codes of set 1 and interrupt 1, mouse port off until someone asks, as a BIOS leaves it. */
    private void keyboard() {
        out(KEYBOARD_COMMAND, WRITE_COMMAND_BYTE);
        out(KEYBOARD_DATA, TRANSLATE | MOUSE_DISABLED | KEYBOARD_INTERRUPT);
    }

    /** ICW1 to ICW4 and the mask (8259A datasheet, "Programming the 8259A"). */
    private void initialize(int pic, int vector, int cascade, int mask) {
        out(pic, 0x11);
        out(pic + 1, vector);
        out(pic + 1, cascade);
        out(pic + 1, 0x01);
        out(pic + 1, mask);
    }

    private void out(int port, int value) {
        ports.write(port, 1, value);
    }
}
