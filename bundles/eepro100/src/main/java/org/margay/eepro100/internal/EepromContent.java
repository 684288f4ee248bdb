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
        byte[] address = mac.bytes();
        for (int i = 0; i < CHECKSUM; i++) {
            eeprom.setWord(i, i < address.length / 2 ? address[2 * i] & 0xFF | (address[2 * i + 1] & 0xFF) << 8 : 0);
        }
        // An RJ-45 connector; the controller's generation.
        eeprom.setWord(CONNECTORS, 1 | model.generation().controllerType() << 8);
        // An 82555, at its address on the management bus.
        eeprom.setWord(PHY, 7 << 8 | Phy.ADDRESS);
        // Valid; the subsystem is that which follows.
        eeprom.setWord(IDENTIFICATION, 0x4000);
        eeprom.setWord(SUBSYSTEM, identity.subsystem());
        eeprom.setWord(SUBSYSTEM_VENDOR, identity.subsystemVendor());
        int sum = 0;
        for (int i = 0; i < CHECKSUM; i++) {
            sum += eeprom.word(i);
        }
        eeprom.setWord(CHECKSUM, SUM - sum);
        return eeprom;
    }

    /** The station address that an EEPROM holds. */
    static MacAddress address(SerialEeprom eeprom) {
        long value = 0;
        for (int i = 0; i < MacAddress.LENGTH / 2; i++) {
            int word = eeprom.word(i);
            value = value << 16 | (word & 0xFF) << 8 | word >>> 8;
        }
        return new MacAddress(value);
    }
}
