package org.margay.e1000.internal;

import org.margay.net.SerialEeprom;

/**
 * Control and status of the whole chip, and its ways to EEPROM and PHY (8254x manual, sections 13.4.1 to 13.4.7). As if the EEPROM
 * had said so, CTRL.SLU is set at power-on; the link is the PHY's whether it stays set or not.
 */
final class MacControl implements RegisterBlock {
    static final int CTRL = 0x00;
    static final int STATUS = 0x08;
    static final int EECD = 0x10;
    static final int EERD = 0x14;
    static final int CTRL_EXT = 0x18;
    static final int MDIC = 0x20;

    private static final int CTRL_DUPLICATE = 0x04;

    private static final int CTRL_FULL_DUPLEX = 1;
    private static final int CTRL_LINK_UP = 1 << 6;
    private static final int CTRL_SPEED = 8;
    private static final int CTRL_FORCE_SPEED = 1 << 11;
    private static final int CTRL_FORCE_DUPLEX = 1 << 12;
    private static final int CTRL_RESET = 1 << 26;
    private static final int CTRL_VLAN_MODE = 1 << 30;
    private static final int CTRL_PHY_RESET = 1 << 31;
    private static final int CTRL_INITIAL = CTRL_FULL_DUPLEX | CTRL_LINK_UP | Phy.SPEED_1000 << CTRL_SPEED;

    private static final int STATUS_FULL_DUPLEX = 1;
    private static final int STATUS_LINK_UP = 1 << 1;
    private static final int STATUS_SPEED = 6;
    private static final int STATUS_DETECTED_SPEED = 8;

    private static final int EECD_CLOCK = 1;
    private static final int EECD_SELECT = 1 << 1;
    private static final int EECD_DATA_IN = 1 << 2;
    private static final int EECD_DATA_OUT = 1 << 3;
    private static final int EECD_REQUEST = 1 << 6;
    private static final int EECD_GRANT = 1 << 7;
    private static final int EECD_PRESENT = 1 << 8;
    private static final int EECD_STORED = 0x77;
    /** Writes to the flash are disabled. */
    private static final int EECD_INITIAL = 0x10;

    private static final int EERD_START = 1;
    private static final int EERD_DONE = 1 << 4;

    private static final int CTRL_EXT_SPEED_CHECK = 1 << 12;
    private static final int CTRL_EXT_EEPROM_RESET = 1 << 13;

    private static final int MDIC_WRITE = 1;
    private static final int MDIC_READ = 2;
    private static final int MDIC_READY = 1 << 28;
    private static final int MDIC_INTERRUPT = 1 << 29;
    private static final int MDIC_ERROR = 1 << 30;
    private static final int MDIC_STORED = 0x7FFF_FFFF;

    /** What the rest of the chip does when it is told so here. */
    interface Resets {
        /** CTRL.RST: all but PCI, PHY and EEPROM. */
        void reset();

        /** What the EEPROM says is taken over again. */
        void loadEeprom();
    }

    /** What the registers hold. */
    record State(int control, int eepromControl, int eepromRead, int extendedControl, int management) {
        State {
            if ((control & CTRL_RESET) != 0
                    || (eepromControl & ~EECD_STORED) != 0
                    || (management & ~MDIC_STORED) != 0
                    || (extendedControl & (CTRL_EXT_SPEED_CHECK | CTRL_EXT_EEPROM_RESET)) != 0) {
                throw new IllegalArgumentException("control registers out of range");
            }
        }
    }

    private final SerialEeprom eeprom;
    private final Phy phy;
    private final Interrupts interrupts;
    private final Resets resets;
    private int control;
    private int eepromControl;
    private int eepromRead;
    private int extendedControl;
    private int management;

    MacControl(SerialEeprom eeprom, Phy phy, Interrupts interrupts, Resets resets) {
        this.eeprom = eeprom;
        this.phy = phy;
        this.interrupts = interrupts;
        this.resets = resets;
        reset();
    }

    /** Whether VLAN tags are taken off frames received and put into frames sent. */
    boolean vlanMode() {
        return (control & CTRL_VLAN_MODE) != 0;
    }

    @Override
    public int read(int offset) {
        return switch (offset) {
            case CTRL, CTRL_DUPLICATE -> control;
            case STATUS -> status();
            case EECD ->
                eepromControl
                        | (eeprom.dataOut() ? EECD_DATA_OUT : 0)
                        | ((eepromControl & EECD_REQUEST) != 0 ? EECD_GRANT : 0)
                        | EECD_PRESENT;
            case EERD -> eepromRead;
            case CTRL_EXT -> extendedControl;
            case MDIC -> management;
            default -> 0;
        };
    }

    private int status() {
        int speed = (control & CTRL_FORCE_SPEED) != 0 ? control >>> CTRL_SPEED & 3 : phy.speed();
        boolean fullDuplex = (control & CTRL_FORCE_DUPLEX) != 0 ? (control & CTRL_FULL_DUPLEX) != 0 : phy.fullDuplex();
        return (fullDuplex ? STATUS_FULL_DUPLEX : 0)
                | (phy.link() ? STATUS_LINK_UP : 0)
                | speed << STATUS_SPEED
                | phy.speed() << STATUS_DETECTED_SPEED;
    }

    @Override
    public void write(int offset, int value) {
        switch (offset) {
            case CTRL, CTRL_DUPLICATE -> writeControl(value);
            case EECD -> {
                eepromControl = value & EECD_STORED;
                eeprom.drive((value & EECD_SELECT) != 0, (value & EECD_CLOCK) != 0, (value & EECD_DATA_IN) != 0);
            }
            case EERD -> {
                if ((value & EERD_START) != 0) {
                    int address = value >>> 8 & 0xFF;
                    eepromRead = eeprom.word(address % eeprom.size()) << 16 | address << 8 | EERD_DONE;
                }
            }
            case CTRL_EXT -> {
                extendedControl = value & ~(CTRL_EXT_SPEED_CHECK | CTRL_EXT_EEPROM_RESET);
                if ((value & CTRL_EXT_EEPROM_RESET) != 0) {
                    resets.loadEeprom();
                }
            }
            case MDIC -> writeManagement(value);
            default -> {}
        }
    }

    private void writeControl(int value) {
        boolean phyReset = (value & ~control & CTRL_PHY_RESET) != 0;
        control = value & ~CTRL_RESET;
        if ((value & CTRL_RESET) != 0) {
            resets.reset();
        }
        if (phyReset) {
            phy.reset();
        }
    }

    private void writeManagement(int value) {
        int register = value >>> 16 & 0x1F;
        boolean present = (value >>> 21 & 0x1F) == Phy.ADDRESS;
        int operation = value >>> 26 & 3;
        management = value & MDIC_STORED & ~MDIC_ERROR | MDIC_READY;
        if (!present || operation != MDIC_READ && operation != MDIC_WRITE) {
            management |= MDIC_ERROR;
        } else if (operation == MDIC_WRITE) {
            phy.write(register, value & 0xFFFF);
        } else {
            management = management & ~0xFFFF | phy.read(register);
        }
        if ((value & MDIC_INTERRUPT) != 0) {
            interrupts.raise(Interrupts.MDAC);
        }
    }

    void reset() {
        control = CTRL_INITIAL;
        eepromControl = EECD_INITIAL;
        eepromRead = 0;
        extendedControl = 0;
        management = 0;
        eeprom.drive(false, false, false);
    }

    State save() {
        return new State(control, eepromControl, eepromRead, extendedControl, management);
    }

    void restore(State state) {
        control = state.control;
        eepromControl = state.eepromControl;
        eepromRead = state.eepromRead;
        extendedControl = state.extendedControl;
        management = state.management;
    }
}
