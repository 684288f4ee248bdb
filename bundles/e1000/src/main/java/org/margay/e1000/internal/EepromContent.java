package org.margay.e1000.internal;

import org.margay.net.MacAddress;
import org.margay.net.SerialEeprom;
import org.margay.pci.PciIdentity;

/** What a card's EEPROM says (8254x manual, sections 5.6 and following). */
final class EepromContent {
    /** Words of a 93C46. */
    private static final int WORDS = 64;

    private static final int CHECKSUM = 0x3F;
    /** What all words up to the checksum add up to. */
    private static final int SUM = 0xBABA;

    private EepromContent() {}

    static SerialEeprom of(Model model, MacAddress mac) {
        PciIdentity identity = model.identity();
        SerialEeprom eeprom = new SerialEeprom(WORDS);
        eeprom.setBytes(0, mac.bytes());
        // Zeros: a client card, which does not wake the machine on its own, and leaves pauses to its driver.
        for (int i = MacAddress.LENGTH / 2; i < CHECKSUM; i++) {
            eeprom.setWord(i, 0);
        }
        // Initialization control 1: valid; the PCI ids are those that follow.
        eeprom.setWord(0x0A, 0x4003);
        eeprom.setWord(0x0B, identity.subsystem());
        eeprom.setWord(0x0C, identity.subsystemVendor());
        eeprom.setWord(0x0D, identity.device());
        eeprom.setWord(0x0E, identity.vendor());
        eeprom.setWord(CHECKSUM, SUM - eeprom.sum(CHECKSUM));
        return eeprom;
    }

    /** The station address that an EEPROM holds. */
    static MacAddress address(SerialEeprom eeprom) {
        return MacAddress.of(eeprom.bytes(0, MacAddress.LENGTH), 0);
    }
}
