package org.margay.eepro100.internal;

import java.util.Arrays;

/**
 * The PHY 82555 (8255x manual, chapter 7; IEEE 802.3, clauses 22 and 28). The other side of the cable can do 10 and 100 Mb/s at both
 * duplexes, and no flow control; negotiation takes no time.
 */
final class Phy {
    /** Address on the management bus. */
    static final int ADDRESS = 1;

    private static final int CONTROL = 0;
    private static final int STATUS = 1;
    private static final int ID_1 = 2;
    private static final int ID_2 = 3;
    private static final int ADVERTISEMENT = 4;
    private static final int PARTNER_ABILITY = 5;
    private static final int EXPANSION = 6;
    private static final int STATUS_AND_CONTROL = 16;
    private static final int SPECIAL_CONTROL = 17;
    private static final int LED_CONTROL = 27;
    private static final int REGISTERS = 32;

    private static final int CONTROL_DUPLEX = 1 << 8;
    private static final int CONTROL_POWER_DOWN = 1 << 11;
    private static final int CONTROL_NEGOTIATE = 1 << 12;
    private static final int CONTROL_SPEED_100 = 1 << 13;
    private static final int CONTROL_RESET = 1 << 15;
    private static final int CONTROL_STORED = 0x7D80;

    private static final int STATUS_FIXED = 0x7809;
    private static final int STATUS_LINK = 1 << 2;
    private static final int STATUS_NEGOTIATED = 1 << 5;

    private static final int ABILITIES = 0x01E0;
    private static final int ABILITY_10_FULL = 1 << 6;
    private static final int ABILITY_100 = 3 << 7;
    private static final int ABILITY_100_FULL = 1 << 8;
    /** Acknowledged, all of 10 and 100 Mb/s, IEEE 802.3. */
    private static final int PARTNER = 0x41E1;

    /** What the guest can see. */
    record State(int[] registers, boolean lost) {
        State {
            if (registers.length != REGISTERS || Arrays.stream(registers).anyMatch(value -> value >>> 16 != 0)) {
                throw new IllegalArgumentException("PHY registers out of range");
            }
            registers = registers.clone();
        }
    }

    private final int[] registers = new int[REGISTERS];
    private boolean cable;
    /** Whether the link was down since the status was last read. */
    private boolean lost;

    Phy(boolean cable) {
        this.cable = cable;
        reset();
    }

    void reset() {
        Arrays.fill(registers, 0);
        registers[CONTROL] = CONTROL_NEGOTIATE | CONTROL_SPEED_100;
        registers[ADVERTISEMENT] = ABILITIES | 1;
        lost = !cable;
    }

    /** The cable was plugged or pulled. */
    void cable(boolean plugged) {
        cable = plugged;
        lost |= !link();
    }

    private boolean negotiates() {
        return (registers[CONTROL] & CONTROL_NEGOTIATE) != 0;
    }

    private int common() {
        return registers[ADVERTISEMENT] & ABILITIES;
    }

    boolean link() {
        return cable && (registers[CONTROL] & CONTROL_POWER_DOWN) == 0 && (!negotiates() || common() != 0);
    }

    /** 100 Mb/s, not 10. */
    boolean fast() {
        return negotiates() ? (common() & ABILITY_100) != 0 : (registers[CONTROL] & CONTROL_SPEED_100) != 0;
    }

    boolean fullDuplex() {
        return negotiates()
                ? (common() & (fast() ? ABILITY_100_FULL : ABILITY_10_FULL)) != 0
                : (registers[CONTROL] & CONTROL_DUPLEX) != 0;
    }

    int read(int register) {
        boolean negotiated = link() && negotiates();
        return switch (register) {
            case STATUS -> {
                boolean steady = link() && !lost;
                lost = !link();
                yield STATUS_FIXED | (steady ? STATUS_LINK : 0) | (negotiated ? STATUS_NEGOTIATED : 0);
            }
            case ID_1 -> 0x02A8;
            case ID_2 -> 0x0154;
            case PARTNER_ABILITY -> negotiated ? PARTNER : 0;
            case EXPANSION -> negotiated ? 1 : 0;
            case STATUS_AND_CONTROL -> (fast() ? 2 : 0) | (fullDuplex() ? 1 : 0);
            default -> registers[register];
        };
    }

    void write(int register, int value) {
        switch (register) {
            case CONTROL -> {
                if ((value & CONTROL_RESET) != 0) {
                    reset();
                } else {
                    registers[CONTROL] = value & CONTROL_STORED;
                    lost |= !link();
                }
            }
            case ADVERTISEMENT, SPECIAL_CONTROL, LED_CONTROL -> registers[register] = value;
            default -> {}
        }
    }

    State save() {
        return new State(registers, lost);
    }

    void restore(State state) {
        System.arraycopy(state.registers, 0, registers, 0, REGISTERS);
        lost = state.lost || !link();
    }
}
