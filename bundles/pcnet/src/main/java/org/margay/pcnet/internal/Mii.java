package org.margay.pcnet.internal;

/**
 * A transceiver behind the management interface of the later chips of the family, for drivers that look for one
 * (Am79C973 data sheet, BCR32 to BCR34; IEEE 802.3, 22.2.4). Negotiation takes no time.
 */
final class Mii {
    /** Where it is on the management bus. */
    private static final int ADDRESS = 0x1E;

    private static final int CONTROL = 0x3100;
    private static final int CONTROL_WRITABLE = 0x3D80;
    private static final int ABILITIES = 0x7809;
    private static final int NEGOTIATED = 1 << 5;
    private static final int LINK = 1 << 2;
    private static final int ID_HIGH = 0x0000;
    private static final int ID_LOW = 0x6B60;
    private static final int ADVERTISED = 0x01E1;
    private static final int PARTNER = 0x45E1;

    /** Registers: interface control and address, the transceiver's own control and advertisement. */
    record State(int interfaceControl, int address, int control, int advertisement) {
        State {
            if ((interfaceControl | address | control | advertisement) >>> 16 != 0) {
                throw new IllegalArgumentException("PCnet transceiver");
            }
        }
    }

    private int interfaceControl;
    private int address;
    private int control;
    private int advertisement;

    void reset() {
        interfaceControl = 0;
        address = 0;
        control = CONTROL;
        advertisement = ADVERTISED;
    }

    int interfaceControl() {
        return interfaceControl;
    }

    void setInterfaceControl(int value) {
        interfaceControl = value;
    }

    int address() {
        return address;
    }

    /** @param value the transceiver's address in bits 9 to 5, a register's in bits 4 to 0 */
    void setAddress(int value) {
        address = value & 0x3FF;
    }

    int data(boolean linkUp) {
        if (address >>> 5 != ADDRESS) {
            return 0xFFFF;
        }
        return switch (address & 0x1F) {
            case 0 -> control;
            case 1 -> ABILITIES | (linkUp ? NEGOTIATED | LINK : 0);
            case 2 -> ID_HIGH;
            case 3 -> ID_LOW;
            case 4 -> advertisement;
            case 5 -> linkUp ? PARTNER : 0;
            case 6 -> linkUp ? 1 : 0;
            default -> 0;
        };
    }

    void setData(int value) {
        switch (address) {
            case ADDRESS << 5 -> control = (value & 0x8000) != 0 ? CONTROL : value & CONTROL_WRITABLE;
            case ADDRESS << 5 | 4 -> advertisement = value;
            default -> {}
        }
    }

    State save() {
        return new State(interfaceControl, address, control, advertisement);
    }

    void restore(State state) {
        interfaceControl = state.interfaceControl;
        address = state.address;
        control = state.control;
        advertisement = state.advertisement;
    }
}
