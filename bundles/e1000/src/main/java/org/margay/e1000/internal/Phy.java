package org.margay.e1000.internal;

import java.util.Arrays;
import org.margay.machine.Clock;
import org.margay.machine.Timer;

/**
 * The PHY that is built in, a Marvell 88E1011 (8254x manual, section 13.4.7.1; IEEE 802.3, clauses 22 and 28). The other side of the
 * cable can do all of 10, 100 and 1000 Mb/s, and no flow control.
 */
final class Phy {
    /** Address on the management bus. */
    static final int ADDRESS = 1;

    /** Speeds, as STATUS.SPEED and the PHY's own status have them. */
    static final int SPEED_10 = 0;

    static final int SPEED_100 = 1;
    static final int SPEED_1000 = 2;

    private static final int CONTROL = 0;
    private static final int STATUS = 1;
    private static final int ID_1 = 2;
    private static final int ID_2 = 3;
    private static final int ADVERTISEMENT = 4;
    private static final int PARTNER_ABILITY = 5;
    private static final int EXPANSION = 6;
    private static final int NEXT_PAGE = 7;
    private static final int GIGABIT_CONTROL = 9;
    private static final int GIGABIT_STATUS = 10;
    private static final int EXTENDED_STATUS = 15;
    private static final int SPECIFIC_CONTROL = 16;
    private static final int SPECIFIC_STATUS = 17;
    private static final int INTERRUPT_ENABLE = 18;
    private static final int INTERRUPT_STATUS = 19;
    private static final int EXTENDED_SPECIFIC_CONTROL = 20;
    private static final int PAGE_SELECT = 29;
    private static final int PAGE_DATA = 30;
    private static final int REGISTERS = 32;

    private static final int CONTROL_SPEED_1000 = 1 << 6;
    private static final int CONTROL_DUPLEX = 1 << 8;
    private static final int CONTROL_RESTART = 1 << 9;
    private static final int CONTROL_POWER_DOWN = 1 << 11;
    private static final int CONTROL_NEGOTIATE = 1 << 12;
    private static final int CONTROL_SPEED_100 = 1 << 13;
    private static final int CONTROL_LOOPBACK = 1 << 14;
    private static final int CONTROL_RESET = 1 << 15;
    private static final int CONTROL_STORED = 0x7DC0;

    /** 10 and 100 Mb/s at both duplexes, extended status and capability, no preamble needed, can negotiate. */
    private static final int STATUS_FIXED = 0x7949;

    private static final int STATUS_LINK = 1 << 2;
    private static final int STATUS_NEGOTIATED = 1 << 5;

    private static final int ABILITY_10_HALF = 1 << 5;
    private static final int ABILITY_10_FULL = 1 << 6;
    private static final int ABILITY_100_HALF = 1 << 7;
    private static final int ABILITY_100_FULL = 1 << 8;
    private static final int GIGABIT_HALF = 1 << 8;
    private static final int GIGABIT_FULL = 1 << 9;

    /** Acknowledged, all of 10 and 100 Mb/s, IEEE 802.3. */
    private static final int PARTNER = 0x41E1;

    private static final int INTERRUPT_LINK = 1 << 10;
    private static final int INTERRUPT_NEGOTIATED = 1 << 11;

    private static final long NEGOTIATION_NANOS = 500_000_000;

    /** What both sides agreed on. */
    private record Mode(int speed, boolean fullDuplex) {}

    /**
     * What the guest can see.
     *
     * @param negotiation when the negotiation is over, or {@link Timer#NEVER} when none goes on
     * @param link whether the link is up
     * @param lost whether it was down since the status was last read
     */
    record State(int[] registers, long negotiation, boolean link, boolean lost) {
        State {
            if (registers.length != REGISTERS) {
                throw new IllegalArgumentException("%d PHY registers".formatted(registers.length));
            }
            for (int register : registers) {
                if (register >>> 16 != 0) {
                    throw new IllegalArgumentException("PHY register of more than 16 bits");
                }
            }
            registers = registers.clone();
        }
    }

    private final int id;
    private final boolean slow;
    private final Clock clock;
    private final Timer timer;
    private final Runnable linkChanged;
    private final int[] registers = new int[REGISTERS];
    private boolean cable;
    private boolean link;
    private boolean lost;

    /**
     * Makes one with its link as the cable is.
     *
     * @param slow whether negotiation takes its time
     * @param linkChanged told after each change
     */
    Phy(int id, boolean slow, boolean cable, Clock clock, Runnable linkChanged) {
        this.id = id;
        this.slow = slow;
        this.cable = cable;
        this.clock = clock;
        this.linkChanged = linkChanged;
        timer = clock.timer(this::update);
        powerOn();
    }

    private void setDefaults() {
        Arrays.fill(registers, 0);
        registers[CONTROL] = CONTROL_NEGOTIATE | CONTROL_DUPLEX | CONTROL_SPEED_1000;
        registers[ADVERTISEMENT] = 0x0DE1;
        registers[NEXT_PAGE] = 0x2001;
        registers[GIGABIT_CONTROL] = 0x0E00;
        registers[SPECIFIC_CONTROL] = 0x0360;
        registers[EXTENDED_SPECIFIC_CONTROL] = 0x0D60;
    }

    /** Power came long ago: what is to be negotiated is. */
    void powerOn() {
        setDefaults();
        timer.disarm();
        link = cable;
        lost = !link;
    }

    /** The reset that the chip's driver asks for. */
    void reset() {
        setDefaults();
        negotiate();
    }

    private void negotiate() {
        timer.disarm();
        if (slow && cable && negotiates()) {
            timer.arm(clock.nanos() + NEGOTIATION_NANOS);
        }
        update();
    }

    private boolean negotiates() {
        return (registers[CONTROL] & CONTROL_NEGOTIATE) != 0;
    }

    private void update() {
        boolean up = cable
                && !timer.armed()
                && (registers[CONTROL] & CONTROL_POWER_DOWN) == 0
                && (!negotiates() || (common() | commonGigabit()) != 0);
        if (up == link) {
            return;
        }
        link = up;
        lost |= !up;
        registers[INTERRUPT_STATUS] |= INTERRUPT_LINK | (up && negotiates() ? INTERRUPT_NEGOTIATED : 0);
        linkChanged.run();
    }

    /** The cable was plugged or pulled. */
    void cable(boolean plugged) {
        if (plugged != cable) {
            cable = plugged;
            negotiate();
        }
    }

    boolean link() {
        return link;
    }

    /** What is sent comes back. */
    boolean loopback() {
        return (registers[CONTROL] & CONTROL_LOOPBACK) != 0;
    }

    int speed() {
        return mode().speed;
    }

    boolean fullDuplex() {
        return mode().fullDuplex;
    }

    private int common() {
        return registers[ADVERTISEMENT] & (ABILITY_10_HALF | ABILITY_10_FULL | ABILITY_100_HALF | ABILITY_100_FULL);
    }

    private int commonGigabit() {
        return registers[GIGABIT_CONTROL] & (GIGABIT_HALF | GIGABIT_FULL);
    }

    private Mode mode() {
        int control = registers[CONTROL];
        if (!negotiates()) {
            int speed = (control & CONTROL_SPEED_1000) != 0
                    ? SPEED_1000
                    : (control & CONTROL_SPEED_100) != 0 ? SPEED_100 : SPEED_10;
            return new Mode(speed, (control & CONTROL_DUPLEX) != 0);
        }
        if (commonGigabit() != 0) {
            return new Mode(SPEED_1000, (commonGigabit() & GIGABIT_FULL) != 0);
        }
        int common = common();
        return (common & (ABILITY_100_FULL | ABILITY_100_HALF)) != 0
                ? new Mode(SPEED_100, (common & ABILITY_100_FULL) != 0)
                : new Mode(SPEED_10, (common & ABILITY_10_FULL) != 0);
    }

    int read(int register) {
        boolean negotiated = link && negotiates();
        return switch (register) {
            case STATUS -> {
                boolean steady = link && !lost;
                lost = !link;
                yield STATUS_FIXED | (steady ? STATUS_LINK : 0) | (negotiated ? STATUS_NEGOTIATED : 0);
            }
            case ID_1 -> 0x0141;
            case ID_2 -> id;
            case PARTNER_ABILITY -> negotiated ? PARTNER : 0;
            case EXPANSION -> negotiated ? 0x0005 : 0x0004;
            case GIGABIT_STATUS -> negotiated ? 0x3C00 : 0;
            case EXTENDED_STATUS -> 0x3000;
            case SPECIFIC_STATUS -> link ? speed() << 14 | (fullDuplex() ? 0x2000 : 0) | 0x0C00 : 0;
            case INTERRUPT_STATUS -> {
                int was = registers[INTERRUPT_STATUS];
                registers[INTERRUPT_STATUS] = 0;
                yield was;
            }
            default -> registers[register];
        };
    }

    void write(int register, int value) {
        switch (register) {
            case CONTROL -> {
                if ((value & CONTROL_RESET) != 0) {
                    reset();
                    return;
                }
                int changed = registers[CONTROL] ^ value;
                registers[CONTROL] = value & CONTROL_STORED;
                boolean restart =
                        (value & CONTROL_RESTART) != 0 || (changed & (CONTROL_NEGOTIATE | CONTROL_POWER_DOWN)) != 0;
                if (restart) {
                    negotiate();
                }
            }
            case ADVERTISEMENT,
                    NEXT_PAGE,
                    GIGABIT_CONTROL,
                    SPECIFIC_CONTROL,
                    INTERRUPT_ENABLE,
                    EXTENDED_SPECIFIC_CONTROL,
                    PAGE_SELECT,
                    PAGE_DATA -> registers[register] = value;
            default -> {}
        }
    }

    State save() {
        return new State(registers, timer.deadline(), link, lost);
    }

    /** Takes a saved state over; the cable may be another one. */
    void restore(State state) {
        System.arraycopy(state.registers, 0, registers, 0, REGISTERS);
        timer.arm(state.negotiation);
        link = state.link;
        lost = state.lost;
        update();
    }

    void close() {
        timer.disarm();
    }
}
