package org.margay.eepro100.internal;

import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.pci.PciFunction;

/**
 * The interrupt bits of the system control block (8255x manual, sections 6.3.2.1 and 6.3.2.2), and the interrupt for a command unit
 * at rest, which may wait for a while (section 6.4.2.5.4).
 */
final class ScbInterrupts {
    /** A command with its I bit set is done. */
    static final int CX = 1 << 7;
    /** A frame was received. */
    static final int FR = 1 << 6;
    /** The command unit is not active any more. */
    static final int CNA = 1 << 5;
    /** The receive unit is not ready any more. */
    static final int RNR = 1 << 4;
    /** An access to the PHY is done. */
    static final int MDI = 1 << 3;
    /** Software asked for it. */
    static final int SWI = 1 << 2;

    private static final int STATUS_MASK = 0xFC;

    /** Control byte: no interrupt at all. */
    private static final int MASK_ALL = 1;
    /** Control byte: software interrupt. */
    private static final int SOFTWARE = 1 << 1;
    /** Control byte: causes that are masked one by one, in the places that they have in the status. */
    private static final int MASK_EACH = 0xF0;

    private static final int CONTROL_STORED = 0xFD;
    private static final long DELAY_UNIT_NANOS = 8_000;

    /**
     * What the guest can see.
     *
     * @param status causes that are not acknowledged
     * @param control the mask
     * @param delayed when the command unit's rest is to be told, or {@link Timer#NEVER}
     */
    record State(int status, int control, long delayed) {
        State {
            if ((status & ~STATUS_MASK) != 0 || (control & ~CONTROL_STORED) != 0) {
                throw new IllegalArgumentException("interrupt bits out of range");
            }
        }
    }

    private final PciFunction pci;
    private final boolean maskedEach;
    private final Clock clock;
    private final Timer timer;
    private int status;
    private int control;

    ScbInterrupts(PciFunction pci, Generation generation, Clock clock) {
        this.pci = pci;
        this.clock = clock;
        maskedEach = generation.atLeast(Generation.I82558);
        timer = clock.timer(() -> raise(CNA));
    }

    int status() {
        return status;
    }

    int control() {
        return control;
    }

    void raise(int causes) {
        status |= causes;
        update();
    }

    /** Raises {@link #CNA}, after a number of delay units. */
    void raiseNotActive(int units) {
        if (units == 0) {
            raise(CNA);
        } else {
            timer.arm(clock.nanos() + (units + 1) * DELAY_UNIT_NANOS);
        }
    }

    /** The command unit is at work again. */
    void active() {
        timer.disarm();
    }

    /** A frame is there: what waits to be told is told with it. */
    void received() {
        int waiting = timer.armed() ? CNA : 0;
        timer.disarm();
        raise(FR | waiting);
    }

    /** Written ones take causes back. */
    void acknowledge(int causes) {
        status &= ~causes;
        update();
    }

    void control(int value) {
        control = value & (maskedEach ? CONTROL_STORED : MASK_ALL);
        if ((value & SOFTWARE) != 0 && (value & MASK_ALL) == 0) {
            status |= SWI;
        }
        update();
    }

    private void update() {
        pci.setInterrupt((control & MASK_ALL) == 0 && (status & ~(control & MASK_EACH)) != 0);
    }

    void reset() {
        status = 0;
        control = 0;
        timer.disarm();
        update();
    }

    State save() {
        return new State(status, control, timer.deadline());
    }

    /** The function's own state is restored before. */
    void restore(State state) {
        status = state.status;
        control = state.control;
        timer.arm(state.delayed);
        update();
    }

    void close() {
        timer.disarm();
    }
}
