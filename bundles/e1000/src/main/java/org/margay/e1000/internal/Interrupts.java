package org.margay.e1000.internal;

import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.pci.PciFunction;

/**
 * Interrupt causes, their mask and the throttle (8254x manual, sections 13.4.17 to 13.4.21): the pin is asserted while an enabled
 * cause is set, but not sooner after it was last asserted than the throttle says.
 */
final class Interrupts implements RegisterBlock {
    /** Transmit descriptor written back. */
    static final int TXDW = 1;
    /** Transmit queue empty. */
    static final int TXQE = 1 << 1;
    /** Link status change. */
    static final int LSC = 1 << 2;
    /** Receive descriptors run low. */
    static final int RXDMT0 = 1 << 4;
    /** Receiver overrun. */
    static final int RXO = 1 << 6;
    /** Receiver timer. */
    static final int RXT0 = 1 << 7;
    /** MDI access complete. */
    static final int MDAC = 1 << 9;
    /** Transmit descriptors run low. */
    static final int TXD_LOW = 1 << 15;
    /** Small packet received. */
    static final int SRPD = 1 << 16;

    static final int ICR = 0xC0;
    static final int ITR = 0xC4;
    static final int ICS = 0xC8;
    static final int IMS = 0xD0;
    static final int IMC = 0xD8;

    private static final int CAUSES = 0x1_F6DF;
    private static final int INTERVAL_NANOS = 256;

    /**
     * What the guest can see.
     *
     * @param interval of 256 ns
     * @param quietUntil when the pin may be asserted again
     * @param asserted whether the pin is
     */
    record State(int causes, int mask, int interval, long quietUntil, boolean asserted) {
        State {
            if (((causes | mask) & ~CAUSES) != 0 || interval >>> 16 != 0) {
                throw new IllegalArgumentException("interrupt causes out of range");
            }
        }
    }

    private final PciFunction pci;
    private final Clock clock;
    private final boolean throttled;
    private final Timer timer;
    private int causes;
    private int mask;
    private int interval;
    private long quietUntil;
    private boolean asserted;

    /** @param throttled whether the throttle works at all */
    Interrupts(PciFunction pci, Clock clock, boolean throttled) {
        this.pci = pci;
        this.clock = clock;
        this.throttled = throttled;
        timer = clock.timer(this::update);
    }

    /** Sets causes. */
    void raise(int which) {
        causes |= which;
        update();
    }

    private void update() {
        boolean wanted = (causes & mask) != 0;
        if (wanted && !asserted && interval != 0 && throttled) {
            long now = clock.nanos();
            if (now < quietUntil) {
                timer.arm(quietUntil);
                return;
            }
            quietUntil = now + (long) interval * INTERVAL_NANOS;
        }
        timer.disarm();
        if (wanted != asserted) {
            asserted = wanted;
            pci.setInterrupt(wanted);
        }
    }

    @Override
    public int read(int offset) {
        return switch (offset) {
            case ICR -> {
                int was = causes;
                causes = 0;
                update();
                yield was;
            }
            case ITR -> interval;
            case IMS -> mask;
            default -> 0;
        };
    }

    @Override
    public void write(int offset, int value) {
        switch (offset) {
            case ICR -> causes &= ~value;
            case ITR -> interval = value & 0xFFFF;
            case ICS -> causes |= value & CAUSES;
            case IMS -> mask |= value & CAUSES;
            case IMC -> mask &= ~value;
            default -> {}
        }
        update();
    }

    void reset() {
        causes = 0;
        mask = 0;
        interval = 0;
        quietUntil = 0;
        update();
    }

    State save() {
        return new State(causes, mask, interval, quietUntil, asserted);
    }

    /** The function's own state is restored before. */
    void restore(State state) {
        causes = state.causes;
        mask = state.mask;
        interval = state.interval;
        quietUntil = state.quietUntil;
        asserted = state.asserted;
        pci.setInterrupt(asserted);
        update();
    }

    void close() {
        timer.disarm();
    }
}
