package org.margay.eepro100.internal;

import org.margay.net.MacAddress;
import org.margay.net.SerialEeprom;
import org.margay.pci.PciIdentity;

/** What a card's EEPROM says (8255x manual, chapter 5). */
final class EepromContent {
    /** Words of a 93C46. */
    private static final int WORDS = 64;

    private static final int CONNECTORS = 0x05;
    private static final int PHY = 0x06;
    private static final int IDENTIFICATION = 0x0A;
    private static final int SUBSYSTEM = 0x0B;
    private static final int SUBSYSTEM_VENDOR = 0x0C;
    private static final int CHECKSUM = 0x3F;
    /** What all words up to the checksum add up to. */
    private static final int SUM = 0xBABA;

    private EepromContent() {}

    static SerialEeprom of(Model model, MacAddress mac) {
        PciIdentity identity = model.identity();
        SerialEeprom eeprom = new SerialEeprom(WORDS);
        eeprom.setBytes(0, mac.bytes());
        for (int i = MacAddress.LENGTH / 2; i < CHECKSUM; i++) {
            eeprom.setWord(i, 0);
        }
        // An RJ-45 connector; the controller's generation.
        eeprom.setWord(CONNECTORS, 1 | model.generation().controllerType() << 8);
        // An 82555, at its address on the management bus.
        eeprom.setWord(PHY, 7 << 8 | Phy.ADDRESS);
        // Valid; the subsystem is that which follows.
        eeprom.setWord(IDENTIFICATION, 0x4000);
        eeprom.setWord(SUBSYSTEM, identity.subsystem());
        eeprom.setWord(SUBSYSTEM_VENDOR, identity.subsystemVendor());
        eeprom.setWord(CHECKSUM, SUM - eeprom.sum(CHECKSUM));
        return eeprom;
    }

    /** The station address that an EEPROM holds. */
    static MacAddress address(SerialEeprom eeprom) {
        return MacAddress.of(eeprom.bytes(0, MacAddress.LENGTH), 0);
    }
}
