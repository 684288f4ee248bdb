package org.margay.pcnet.internal;

import java.util.Arrays;

/**
 * Bus configuration registers (Am79C970A data sheet, "Bus Configuration Registers"): bus timing, LEDs, style of
 * structures, EEPROM, transceiver.
 */
final class BusRegisters {
    private static final int COUNT = 36;

    private static final int READ_ACTIVE = 0;
    private static final int WRITE_ACTIVE = 1;
    private static final int MISCELLANEOUS = 2;
    private static final int LED_0 = 4;
    private static final int LED_3 = 7;
    private static final int FULL_DUPLEX = 9;
    private static final int IO_BASE_LOW = 16;
    private static final int IO_BASE_HIGH = 17;
    private static final int BUS_CONTROL = 18;
    private static final int EEPROM = 19;
    private static final int STYLE = 20;
    private static final int INTERRUPT = 21;
    private static final int LATENCY = 22;
    private static final int MII_CONTROL = 32;
    private static final int MII_ADDRESS = 33;
    private static final int MII_DATA = 34;

    /** Values at reset that are in the EEPROM too. */
    private static final int MISCELLANEOUS_AT_RESET = 0x0002;

    private static final int BUS_CONTROL_AT_RESET = 0x9001;

    /** {@link #MISCELLANEOUS}: the address PROM can be written. */
    private static final int PROM_WRITE_ENABLE = 1 << 8;

    /** {@link #BUS_CONTROL}: registers are 32 bits wide. */
    private static final int DOUBLE_WORD_IO = 1 << 7;

    private static final int LED_WRITABLE = 0x41FF;
    private static final int LED_ON = 1 << 15;
    private static final int LED_LINK = 1 << 6;
    private static final int LED_FULL_DUPLEX = 1 << 8;
    private static final int FULL_DUPLEX_ENABLE = 1;

    /**
     * Values.
     *
     * @param plain those that only hold what is written
     */
    record State(int[] plain, AddressProm.State prom, Mii.State mii) {
        State {
            if (plain.length != COUNT
                    || Arrays.stream(plain).anyMatch(value -> value >>> 16 != 0)
                    || prom == null
                    || mii == null) {
                throw new IllegalArgumentException("PCnet bus configuration registers");
            }
            plain = plain.clone();
        }
    }

    private final int[] plain = new int[COUNT];
    private final AddressProm prom;
    private final Mii mii = new Mii();
    private final Layout layout;
    private final ChipStatus chip;
    private boolean up;

    BusRegisters(AddressProm prom, Layout layout, ChipStatus chip) {
        this.prom = prom;
        this.layout = layout;
        this.chip = chip;
    }

    /** What the EEPROM has of BCR16, 17, 18, 2 and 21. */
    static int[] inEeprom() {
        return new int[] {0, 0, BUS_CONTROL_AT_RESET, MISCELLANEOUS_AT_RESET, 0};
    }

    void reset() {
        Arrays.fill(plain, 0);
        plain[READ_ACTIVE] = 5;
        plain[WRITE_ACTIVE] = 5;
        plain[MISCELLANEOUS] = MISCELLANEOUS_AT_RESET;
        plain[LED_0] = 0x00C0;
        plain[LED_0 + 1] = 0x0084;
        plain[LED_0 + 2] = 0x0088;
        plain[LED_3] = 0x0090;
        plain[BUS_CONTROL] = BUS_CONTROL_AT_RESET;
        plain[LATENCY] = Pcnet.MAX_LATENCY << 8 | Pcnet.MIN_GRANT;
        layout.reset();
        prom.reset();
        mii.reset();
    }

    boolean linkUp() {
        return up;
    }

    void setLink(boolean linkUp) {
        up = linkUp;
    }

    boolean doubleWordIo() {
        return (plain[BUS_CONTROL] & DOUBLE_WORD_IO) != 0;
    }

    /** Stays so until the next hard reset. */
    void enterDoubleWordIo() {
        plain[BUS_CONTROL] |= DOUBLE_WORD_IO;
    }

    boolean promWritable() {
        return (plain[MISCELLANEOUS] & PROM_WRITE_ENABLE) != 0;
    }

    int read(int register) {
        return switch (register) {
            case LED_0, LED_0 + 1, LED_0 + 2, LED_3 -> plain[register] | (lit(plain[register]) ? LED_ON : 0);
            case EEPROM -> prom.control();
            case STYLE -> layout.style().register();
            case MII_CONTROL -> mii.interfaceControl();
            case MII_ADDRESS -> mii.address();
            case MII_DATA -> mii.data(up);
            default -> register < COUNT ? plain[register] : 0;
        };
    }

    /** Of what an LED can show only the link lasts long enough to be seen. */
    private boolean lit(int led) {
        boolean fullDuplex = (plain[FULL_DUPLEX] & FULL_DUPLEX_ENABLE) != 0;
        return up && (led & (LED_LINK | (fullDuplex ? LED_FULL_DUPLEX : 0))) != 0;
    }

    void write(int register, int value) {
        switch (register) {
            case MISCELLANEOUS, FULL_DUPLEX, IO_BASE_LOW, IO_BASE_HIGH, INTERRUPT, LATENCY -> plain[register] = value;
            case LED_0, LED_0 + 1, LED_0 + 2, LED_3 -> plain[register] = value & LED_WRITABLE;
            case BUS_CONTROL -> plain[register] = value & ~DOUBLE_WORD_IO | plain[register] & DOUBLE_WORD_IO;
            case EEPROM -> prom.setControl(value);
            case STYLE -> {
                if (chip.quiet()) {
                    layout.setStyle(SoftwareStyle.of(value));
                }
            }
            case MII_CONTROL -> mii.setInterfaceControl(value);
            case MII_ADDRESS -> mii.setAddress(value);
            case MII_DATA -> mii.setData(value);
            default -> {}
        }
    }

    State save() {
        return new State(plain, prom.save(), mii.save());
    }

    void restore(State state) {
        System.arraycopy(state.plain, 0, plain, 0, COUNT);
        prom.restore(state.prom);
        mii.restore(state.mii);
    }
}
