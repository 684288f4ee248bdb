package org.margay.rtl8139.internal;

/**
 * Which directions are enabled, and in which mode each is (RTL8139C+ data sheet, "Command Register", "C+ Command
 * Register").
 */
final class Modes {
    /** Command register. */
    static final int RECEIVE = 1 << 3;

    static final int TRANSMIT = 1 << 2;
    private static final int COMMAND = RECEIVE | TRANSMIT;

    /** C+ command register; the third lets descriptors hold addresses of 64 bits. */
    private static final int PLUS_TRANSMIT = 1;

    private static final int PLUS_RECEIVE = 1 << 1;
    private static final int PLUS_WIDE = 1 << 4;
    private static final int PLUS_CHECKSUM = 1 << 5;
    private static final int PLUS_VLAN = 1 << 6;
    private static final int PLUS = 0x03FF;

    /** Values of the two registers. */
    record State(int command, int plus) {
        State {
            if ((command & ~COMMAND) != 0 || (plus & ~PLUS) != 0) {
                throw new IllegalArgumentException("RTL8139 command registers");
            }
        }
    }

    private int command;
    private int plus;

    void reset() {
        command = 0;
        plus = 0;
    }

    int command() {
        return command;
    }

    void setCommand(Lanes lanes) {
        command = lanes.over(command) & COMMAND;
    }

    int plus() {
        return plus;
    }

    void setPlus(Lanes lanes) {
        plus = lanes.over(plus) & PLUS;
    }

    boolean transmits() {
        return (command & TRANSMIT) != 0;
    }

    boolean receives() {
        return (command & RECEIVE) != 0;
    }

    /** Whether frames are sent from rings of descriptors. */
    boolean transmitsFromRings() {
        return (plus & PLUS_TRANSMIT) != 0;
    }

    /** Whether frames are received into a ring of descriptors. */
    boolean receivesToRing() {
        return (plus & PLUS_RECEIVE) != 0;
    }

    boolean wideAddresses() {
        return (plus & PLUS_WIDE) != 0;
    }

    boolean checksReceived() {
        return (plus & PLUS_CHECKSUM) != 0;
    }

    boolean takesTagsOut() {
        return (plus & PLUS_VLAN) != 0;
    }

    State save() {
        return new State(command, plus);
    }

    void restore(State state) {
        command = state.command;
        plus = state.plus;
    }
}
