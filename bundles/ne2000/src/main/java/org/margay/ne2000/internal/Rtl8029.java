package org.margay.ne2000.internal;

import org.margay.net.MacAddress;
import org.margay.net.SerialEeprom;

/**
 * What the Realtek RTL8029AS adds to a DP8390 (RTL8029AS data sheet, "Page 3", "93C46 Contents"): identification,
 * configuration registers, and a serial EEPROM from which they and the PROM are loaded.
 */
final class Rtl8029 {
    private static final int COMMAND_9346 = 0x1;
    private static final int CONFIG_0 = 0x3;
    private static final int CONFIG_2 = 0x5;
    private static final int CONFIG_3 = 0x6;

    /** Chip identification in page 0 and page 3. */
    private static final int ID_0 = 0x50;

    private static final int ID_1 = 0x43;
    private static final int PAGE_3_ID_0 = 0x29;
    private static final int PAGE_3_ID_1 = 0x80;

    private static final int MODE = 0xC0;
    private static final int AUTO_LOAD = 0x40;
    private static final int PROGRAM = 0x80;
    private static final int WRITE_ENABLE = 0xC0;
    private static final int SELECT = 1 << 3;
    private static final int CLOCK = 1 << 2;
    private static final int DATA_IN = 1 << 1;
    private static final int DATA_OUT = 1;
    private static final int COMMAND_WRITABLE = MODE | SELECT | CLOCK | DATA_IN;

    /** CONFIG 0: no 10BASE-T link, so that the other medium is used. */
    private static final int NO_LINK = 1 << 2;

    private static final int CONFIG_2_WRITABLE = 0xF0;
    private static final int CONFIG_3_WRITABLE = 0x46;

    /** 10BASE-T; full duplex. */
    private static final int CONFIG_2_DEFAULT = 0x40;

    private static final int CONFIG_3_DEFAULT = 0x40;

    private static final int WORDS = 64;
    private static final int WORD_PROM = 1;
    private static final int WORD_VENDOR = 0x3C;

    /** Registers and EEPROM. */
    record State(SerialEeprom.State eeprom, int command, int config2, int config3) {
        State {
            if (eeprom == null || (command & ~COMMAND_WRITABLE) != 0 || (config2 | config3) >>> 8 != 0) {
                throw new IllegalArgumentException("RTL8029 registers of more than their bits");
            }
        }
    }

    private final SerialEeprom eeprom = new SerialEeprom(WORDS);
    private final BufferMemory memory;
    private int command;
    private int config2;
    private int config3;

    /** Writes the EEPROM as the card's maker does. */
    Rtl8029(BufferMemory memory, MacAddress mac) {
        this.memory = memory;
        for (int i = 0; i < WORDS; i++) {
            eeprom.setWord(i, 0);
        }
        eeprom.setWord(0, CONFIG_3_DEFAULT << 8 | CONFIG_2_DEFAULT);
        eeprom.setBytes(WORD_PROM, prom(mac));
        eeprom.setWord(WORD_VENDOR, Ne2kPci.IDENTITY.vendor());
        eeprom.setWord(WORD_VENDOR + 1, Ne2kPci.IDENTITY.device());
        eeprom.setWord(WORD_VENDOR + 2, Ne2kPci.IDENTITY.subsystemVendor());
        eeprom.setWord(WORD_VENDOR + 3, Ne2kPci.IDENTITY.subsystem());
    }

    /** An NE2000's PROM: its address, and what says that it is a card of 16 bits. */
    static byte[] prom(MacAddress mac) {
        byte[] prom = new byte[BufferMemory.PROM];
        System.arraycopy(mac.bytes(), 0, prom, 0, MacAddress.LENGTH);
        prom[BufferMemory.PROM - 2] = 'W';
        prom[BufferMemory.PROM - 1] = 'W';
        return prom;
    }

    void reset() {
        command = 0;
        eeprom.drive(false, false, false);
        load();
    }

    private void load() {
        config2 = eeprom.word(0) & 0xFF;
        config3 = eeprom.word(0) >>> 8;
        memory.setProm(eeprom.bytes(WORD_PROM, BufferMemory.PROM));
    }

    int read(int page, int register, boolean linkUp) {
        if (page == 0) {
            return register == 0xA ? ID_0 : ID_1;
        }
        return switch (register) {
            case COMMAND_9346 -> command | ((command & MODE) == PROGRAM && eeprom.dataOut() ? DATA_OUT : 0);
            case CONFIG_0 -> linkUp ? 0 : NO_LINK;
            case CONFIG_2 -> config2;
            case CONFIG_3 -> config3;
            case 0xE -> PAGE_3_ID_0;
            case 0xF -> PAGE_3_ID_1;
            default -> 0;
        };
    }

    void write(int register, int value) {
        boolean unlocked = (command & MODE) == WRITE_ENABLE;
        switch (register) {
            case COMMAND_9346 -> setCommand(value & COMMAND_WRITABLE);
            case CONFIG_2 -> {
                if (unlocked) {
                    config2 = value & CONFIG_2_WRITABLE | config2 & ~CONFIG_2_WRITABLE;
                }
            }
            case CONFIG_3 -> {
                if (unlocked) {
                    config3 = value & CONFIG_3_WRITABLE | config3 & ~CONFIG_3_WRITABLE;
                }
            }
            default -> {}
        }
    }

    private void setCommand(int value) {
        command = value;
        switch (value & MODE) {
            case PROGRAM -> eeprom.drive((value & SELECT) != 0, (value & CLOCK) != 0, (value & DATA_IN) != 0);
            case AUTO_LOAD -> {
                load();
                command &= ~MODE;
            }
            default -> eeprom.drive(false, false, false);
        }
    }

    State save() {
        return new State(eeprom.save(), command, config2, config3);
    }

    void restore(State state) {
        eeprom.restore(state.eeprom);
        command = state.command;
        config2 = state.config2;
        config3 = state.config3;
    }
}
