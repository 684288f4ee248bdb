package org.margay.pcnet.internal;

import org.margay.pci.PciFunction;

/**
 * What the chip is doing and has to tell, what of it interrupts, and its features (Am79C970A data sheet, CSR0 "Status
 * Register", CSR3 "Interrupt Masks and Deferral Control", CSR4 "Test and Features Control", CSR5 "Extended Control and
 * Interrupt").
 */
final class ChipStatus {
    static final int ERROR = 1 << 15;
    static final int BABBLE = 1 << 14;
    static final int MISSED = 1 << 12;
    static final int RECEIVED = 1 << 10;
    static final int TRANSMITTED = 1 << 9;
    static final int INITIALIZED = 1 << 8;
    static final int INTERRUPT = 1 << 7;
    static final int ENABLE = 1 << 6;
    static final int RECEIVER_ON = 1 << 5;
    static final int TRANSMITTER_ON = 1 << 4;
    static final int DEMAND = 1 << 3;
    static final int STOP = 1 << 2;
    static final int START = 1 << 1;
    static final int INITIALIZE = 1;

    /** Status bits that a written 1 clears; those of them that interrupt; those that are errors. */
    private static final int EVENTS = 0x7F00;

    private static final int INTERRUPTING = 0x5F00;
    private static final int ERRORS = 0x7800;

    /** What of CSR3 can be set. */
    private static final int MASK_WRITABLE = 0x5F7C;

    /** CSR4: events, each with its mask one bit below, but the user's interrupt, which has none. */
    static final int MISSED_OVERFLOW = 1 << 9;

    static final int TRANSMIT_START = 1 << 3;
    private static final int USER_COMMAND = 1 << 7;
    private static final int USER = 1 << 6;
    private static final int FEATURE_EVENTS = 0x026A;
    private static final int MASKED_FEATURE_EVENTS = 0x022A;
    private static final int FEATURES_AT_RESET = 0x0115;
    private static final int FEATURES_STOPPED = 0x02EA;

    static final int NO_POLLING = 1 << 12;
    static final int PAD_TRANSMITTED = 1 << 11;
    static final int STRIP_RECEIVED = 1 << 10;

    /** CSR5: events, each with its enable bit one below. */
    private static final int EXTENDED_EVENTS = 0x0A90;

    private static final int EXTENDED_WRITABLE = 0xC56F;
    private static final int EXTENDED_STOPPED = 0x0011;
    static final int NO_TRANSMIT_INTERRUPT = 1 << 15;
    static final int LAST_TRANSMIT_INTERRUPT = 1 << 14;
    static final int SUSPEND = 1;

    /**
     * Registers.
     *
     * @param status CSR0 without the two bits that follow from others
     * @param mask CSR3
     * @param features CSR4
     * @param extended CSR5
     */
    record State(int status, int mask, int features, int extended) {
        State {
            if ((status & ~(EVENTS | 0x7F)) != 0
                    || (mask & ~MASK_WRITABLE) != 0
                    || features >>> 16 != 0
                    || (features & USER_COMMAND) != 0
                    || (extended & ~(EXTENDED_WRITABLE | EXTENDED_EVENTS)) != 0) {
                throw new IllegalArgumentException("PCnet control registers");
            }
        }
    }

    private final PciFunction pci;
    private int status;
    private int mask;
    private int features;
    private int extended;

    ChipStatus(PciFunction pci) {
        this.pci = pci;
    }

    void reset() {
        status = STOP;
        mask = 0;
        features = FEATURES_AT_RESET;
        extended = 0;
        update();
    }

    /** What remains when the chip is stopped. */
    void stop() {
        status = STOP;
        features &= ~FEATURES_STOPPED;
        extended &= ~EXTENDED_STOPPED;
        update();
    }

    boolean is(int statusBit) {
        return (status & statusBit) != 0;
    }

    boolean feature(int bit) {
        return (features & bit) != 0;
    }

    boolean extended(int bit) {
        return (extended & bit) != 0;
    }

    /** Whether the chip neither sends nor receives, so that its registers can be written. */
    boolean quiet() {
        return is(STOP) || extended(SUSPEND);
    }

    boolean receives() {
        return is(RECEIVER_ON) && !quiet();
    }

    boolean transmits() {
        return is(TRANSMITTER_ON) && !quiet();
    }

    int status() {
        return status | ((status & ERRORS) != 0 ? ERROR : 0) | (requested() ? INTERRUPT : 0);
    }

    /** Clears the events that are written as 1, and enables or disables the interrupt. */
    void acknowledge(int value) {
        status = status & ~(value & EVENTS) & ~ENABLE | value & ENABLE;
        update();
    }

    void raise(int bits) {
        status |= bits;
        update();
    }

    void clear(int bits) {
        status &= ~bits;
        update();
    }

    int mask() {
        return mask;
    }

    void setMask(int value) {
        mask = value & MASK_WRITABLE;
        update();
    }

    int features() {
        return features;
    }

    void setFeatures(int value) {
        int events = features & ~value & FEATURE_EVENTS | ((value & USER_COMMAND) != 0 ? USER : 0);
        features = value & ~(FEATURE_EVENTS | USER_COMMAND) & 0xFFFF | events;
        update();
    }

    void raiseFeature(int bit) {
        features |= bit;
        update();
    }

    int extended() {
        return extended;
    }

    void setExtended(int value) {
        extended = value & EXTENDED_WRITABLE | extended & ~value & EXTENDED_EVENTS;
        update();
    }

    private boolean requested() {
        return (status & INTERRUPTING & ~mask) != 0
                || (features & MASKED_FEATURE_EVENTS & ~(features << 1)) != 0
                || (features & USER) != 0
                || (extended & EXTENDED_EVENTS & extended << 1) != 0;
    }

    private void update() {
        pci.setInterrupt(is(ENABLE) && requested());
    }

    State save() {
        return new State(status, mask, features, extended);
    }

    void restore(State state) {
        status = state.status;
        mask = state.mask;
        features = state.features;
        extended = state.extended;
        update();
    }
}
