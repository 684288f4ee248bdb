package org.margay.rtl8139.internal;

import java.util.Objects;
import org.margay.net.MacAddress;
import org.margay.net.SerialEeprom;

/**
 * The serial EEPROM, and the registers that are loaded from it (RTL8139C+ data sheet, "93C46 Command Register", "CONFIG
 * 0" to "CONFIG 5", "EEPROM Contents"). CONFIG 0 to 4 can be written only in the mode for that.
 */
final class Configuration {
    private static final int SELECT = 1 << 3;
    private static final int CLOCK = 1 << 2;
    private static final int DATA_IN = 1 << 1;
    private static final int DATA_OUT = 1;

    private static final int MODE = 0xC0;
    private static final int AUTO_LOAD = 0x40;
    private static final int PROGRAM = 0x80;
    private static final int WRITE_ENABLE = 0xC0;

    private static final int WORDS = 64;
    private static final int SIGNATURE = 0x8129;
    private static final int WORD_VENDOR = 1;
    private static final int WORD_DEVICE = 2;
    private static final int WORD_SUBSYSTEM_VENDOR = 3;
    private static final int WORD_SUBSYSTEM = 4;
    private static final int WORD_GRANT_LATENCY = 5;
    /** Media status and basic mode control below, CONFIG 3 above. */
    private static final int WORD_MEDIA = 6;

    private static final int WORD_ADDRESS = 7;
    /** CONFIG 0 below, CONFIG 1 above. */
    private static final int WORD_CONFIG = 10;
    /** CONFIG 4 above. */
    private static final int WORD_CONFIG_4 = 12;
    /** CONFIG 5 above. */
    private static final int WORD_CONFIG_5 = 15;
    /** The sum of all words before. */
    private static final int WORD_CHECKSUM = 25;

    /** Registers are mapped both in memory and at ports. */
    private static final int CONFIG_1_MAPPED = 0x0C;

    private static final int CONFIG_1_WRITABLE = 0xF3;
    private static final int CONFIG_3_WRITABLE = 0x70;
    private static final int CONFIG_5_WRITABLE = 0x7E;
    private static final int FLOW_CONTROL = 0x80;

    /** Bits 13, 12 and 8 of BMCR in the EEPROM: 100 Mbit/s, auto-negotiation, full duplex. */
    private static final int MEDIA_DEFAULT = 0x31;

    /**
     * EEPROM and registers.
     *
     * @param command 93C46 command register without its data output
     * @param media what the media status register has that can be set
     */
    record State(
            SerialEeprom.State eeprom,
            int command,
            int config0,
            int config1,
            int config3,
            int config4,
            int config5,
            int media) {
        State {
            Objects.requireNonNull(eeprom);
            if ((command & ~(MODE | SELECT | CLOCK | DATA_IN)) != 0
                    || (config0 | config1 | config3 | config4 | config5) >>> 8 != 0
                    || (media & ~FLOW_CONTROL) != 0) {
                throw new IllegalArgumentException("RTL8139 configuration registers");
            }
        }
    }

    private final SerialEeprom eeprom = new SerialEeprom(WORDS);
    private final AddressFilter filter;
    private final Phy phy;
    private int command;
    private int config0;
    private int config1;
    private int config3;
    private int config4;
    private int config5;
    private int media;

    /** Writes the EEPROM as the card's maker does. */
    Configuration(AddressFilter filter, Phy phy, MacAddress mac) {
        this.filter = filter;
        this.phy = phy;
        for (int i = 0; i < WORDS; i++) {
            eeprom.setWord(i, 0);
        }
        eeprom.setWord(0, SIGNATURE);
        eeprom.setWord(WORD_VENDOR, Rtl8139.IDENTITY.vendor());
        eeprom.setWord(WORD_DEVICE, Rtl8139.IDENTITY.device());
        eeprom.setWord(WORD_SUBSYSTEM_VENDOR, Rtl8139.IDENTITY.subsystemVendor());
        eeprom.setWord(WORD_SUBSYSTEM, Rtl8139.IDENTITY.subsystem());
        eeprom.setWord(WORD_GRANT_LATENCY, Rtl8139.MAX_LATENCY << 8 | Rtl8139.MIN_GRANT);
        eeprom.setWord(WORD_MEDIA, MEDIA_DEFAULT);
        eeprom.setWord(WORD_CONFIG, CONFIG_1_MAPPED << 8);
        eeprom.setBytes(WORD_ADDRESS, mac.bytes());
        eeprom.setWord(WORD_CHECKSUM, eeprom.sum(WORD_CHECKSUM));
    }

    void reset() {
        command = 0;
        eeprom.drive(false, false, false);
        load();
    }

    /** An EEPROM without its signature leaves the registers as they are. */
    private void load() {
        if (eeprom.word(0) != SIGNATURE) {
            return;
        }
        filter.setStation(eeprom.bytes(WORD_ADDRESS, MacAddress.LENGTH));
        int mode = eeprom.word(WORD_MEDIA);
        phy.reset((mode & 0x30) << 8 | (mode & 1) << 8);
        media = mode & FLOW_CONTROL;
        config0 = eeprom.word(WORD_CONFIG) & 0xFF;
        config1 = eeprom.word(WORD_CONFIG) >>> 8 | CONFIG_1_MAPPED;
        config3 = eeprom.word(WORD_MEDIA) >>> 8 & CONFIG_3_WRITABLE;
        config4 = eeprom.word(WORD_CONFIG_4) >>> 8;
        config5 = eeprom.word(WORD_CONFIG_5) >>> 8 & CONFIG_5_WRITABLE;
    }

    /** Whether locked registers can be written. */
    boolean unlocked() {
        return (command & MODE) == WRITE_ENABLE;
    }

    int command() {
        boolean high = (command & MODE) == PROGRAM && eeprom.dataOut();
        return command | (high ? DATA_OUT : 0);
    }

    /** Mode and pins of the EEPROM; loading is over at once. */
    void setCommand(Lanes lanes) {
        command = lanes.over(command) & (MODE | SELECT | CLOCK | DATA_IN);
        switch (command & MODE) {
            case PROGRAM -> eeprom.drive((command & SELECT) != 0, (command & CLOCK) != 0, (command & DATA_IN) != 0);
            case AUTO_LOAD -> {
                load();
                command &= ~MODE;
            }
            default -> eeprom.drive(false, false, false);
        }
    }

    int config0() {
        return config0;
    }

    int config1() {
        return config1;
    }

    int config3() {
        return config3;
    }

    int config4() {
        return config4;
    }

    int config5() {
        return config5;
    }

    void setConfig1(Lanes lanes) {
        if (unlocked()) {
            config1 = lanes.over(config1) & CONFIG_1_WRITABLE | CONFIG_1_MAPPED;
        }
    }

    void setConfig3(Lanes lanes) {
        if (unlocked()) {
            config3 = lanes.over(config3) & CONFIG_3_WRITABLE;
        }
    }

    void setConfig4(Lanes lanes) {
        if (unlocked()) {
            config4 = lanes.over(config4);
        }
    }

    /** CONFIG 5 is never locked. */
    void setConfig5(Lanes lanes) {
        config5 = lanes.over(config5) & CONFIG_5_WRITABLE;
    }

    /** What the media status register has that can be set: flow control. */
    int media() {
        return media;
    }

    void setMedia(Lanes lanes) {
        media = lanes.over(media) & FLOW_CONTROL;
    }

    State save() {
        return new State(eeprom.save(), command, config0, config1, config3, config4, config5, media);
    }

    void restore(State state) {
        eeprom.restore(state.eeprom);
        command = state.command;
        config0 = state.config0;
        config1 = state.config1;
        config3 = state.config3;
        config4 = state.config4;
        config5 = state.config5;
        media = state.media;
    }
}
