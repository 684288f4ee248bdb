package org.margay.pcnet.internal;

import java.util.Arrays;
import org.margay.net.MacAddress;
import org.margay.net.SerialEeprom;

/**
 * The card's address and marks, in 16 bytes that the guest reads at ports, and the serial EEPROM that they are loaded
 * from (Am79C970A data sheet, "Address PROM Space", "EEPROM Interface", BCR19).
 */
final class AddressProm {
    /** Bytes at ports. */
    static final int SIZE = 16;

    private static final int HARDWARE_ID = 9;
    private static final int CHECKSUM = 12;
    private static final int MARK = 14;

    private static final int EEPROM_WORDS = 64;
    /** Bytes of the EEPROM whose sum is FFh; the byte that makes it so. */
    private static final int CHECKED = 0x24;

    private static final int ADJUSTMENT = 0x1F;

    /** Words of the EEPROM that hold bus configuration registers. */
    private static final int[] REGISTER_WORDS = {8, 9, 10, 11, 12};

    private static final int VALID = 1 << 15;
    private static final int RELOAD = 1 << 14;
    private static final int DETECTED = 1 << 13;
    private static final int ENABLE = 1 << 4;
    private static final int SELECT = 1 << 2;
    private static final int CLOCK = 1 << 1;
    private static final int DATA = 1;
    private static final int PINS = ENABLE | SELECT | CLOCK | DATA;

    /**
     * Content.
     *
     * @param bytes what is read at ports
     * @param control BCR19 without what follows from other things
     */
    record State(SerialEeprom.State eeprom, byte[] bytes, boolean valid, int control) {
        State {
            if (eeprom == null || bytes.length != SIZE || (control & ~PINS) != 0) {
                throw new IllegalArgumentException("PCnet address PROM");
            }
            bytes = bytes.clone();
        }
    }

    private final SerialEeprom eeprom = new SerialEeprom(EEPROM_WORDS);
    private final byte[] bytes = new byte[SIZE];
    private boolean valid;
    private int control;

    /** Writes the EEPROM as the card's maker does. */
    AddressProm(MacAddress mac, int... registers) {
        byte[] image = new byte[CHECKED];
        System.arraycopy(mac.bytes(), 0, image, 0, MacAddress.LENGTH);
        image[HARDWARE_ID] = 0x11;
        image[MARK] = 'W';
        image[MARK + 1] = 'W';
        int sum = sum(image, SIZE);
        image[CHECKSUM] = (byte) sum;
        image[CHECKSUM + 1] = (byte) (sum >>> 8);
        for (int i = 0; i < REGISTER_WORDS.length; i++) {
            image[2 * REGISTER_WORDS[i]] = (byte) registers[i];
            image[2 * REGISTER_WORDS[i] + 1] = (byte) (registers[i] >>> 8);
        }
        image[ADJUSTMENT] = (byte) (0xFF - sum(image, CHECKED));
        eeprom.setBytes(0, image);
    }

    private static int sum(byte[] bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[i] & 0xFF;
        }
        return sum;
    }

    void reset() {
        control = 0;
        eeprom.drive(false, false, false);
        load();
    }

    /** What is not valid is not loaded. */
    private void load() {
        byte[] image = eeprom.bytes(0, CHECKED);
        valid = (sum(image, CHECKED) & 0xFF) == 0xFF;
        if (valid) {
            System.arraycopy(image, 0, bytes, 0, SIZE);
        }
    }

    int read(int index) {
        return bytes[index] & 0xFF;
    }

    void write(int index, int value) {
        bytes[index] = (byte) value;
    }

    /** The station's address. */
    byte[] address() {
        return Arrays.copyOf(bytes, MacAddress.LENGTH);
    }

    /** BCR19. */
    int control() {
        boolean high = (control & ENABLE) != 0 ? eeprom.dataOut() : (control & DATA) != 0;
        return control & ~DATA | (high ? DATA : 0) | (valid ? VALID : 0) | DETECTED;
    }

    void setControl(int value) {
        if ((value & RELOAD) != 0) {
            reset();
            return;
        }
        control = value & PINS;
        boolean enabled = (control & ENABLE) != 0;
        eeprom.drive(enabled && (control & SELECT) != 0, (control & CLOCK) != 0, (control & DATA) != 0);
    }

    State save() {
        return new State(eeprom.save(), bytes, valid, control);
    }

    void restore(State state) {
        eeprom.restore(state.eeprom);
        System.arraycopy(state.bytes, 0, bytes, 0, SIZE);
        valid = state.valid;
        control = state.control;
    }
}
