package org.margay.rtl8139.internal;

import java.util.Arrays;
import java.util.Objects;
import org.margay.net.Frame;
import org.margay.pci.PciFunction;

/**
 * The way out: four slots in C mode, two rings of descriptors in C+ mode (RTL8139C+ data sheet, "Transmit Configuration
 * Register", "Transmit Priority Polling Register"). What the network has no room for stays in guest memory until it
 * has.
 */
final class Transmitter implements Wire {
    /** Transmit configuration: no check sequence is appended, loopback, version of the chip, interframe gap. */
    private static final int NO_SEQUENCE = 1 << 16;

    private static final int LOOPBACK = 3 << 17;
    private static final int VERSION_MASK = 0x7CC0_0000;
    private static final int VERSION = 0x7480_0000;
    private static final int WRITABLE = 0x0307_07F0;
    private static final int INTERFRAME_GAP = 3 << 24;

    private static final int POLL_HIGH = 1 << 7;
    private static final int POLL_NORMAL = 1 << 6;
    private static final int FORCE_INTERRUPT = 1;

    /** Words of the rings' addresses, each two, among the addresses of the slots. */
    private static final int NORMAL = 0;

    private static final int HIGH = 2;

    /** Frames that one poll of a ring sends at most. */
    private static final int BURST = 2 * Descriptor.MOST;

    /** Where frames go. */
    interface Way {
        /** Takes a frame for the network; false when no more should come for now. */
        boolean send(Frame frame);

        void loop(Frame frame);

        boolean carrier();
    }

    /**
     * Registers and progress.
     *
     * @param addresses TSAD0 to TSAD3; in C+ mode TNPDS and THPDS
     * @param highIndex place in the high priority ring
     * @param normalIndex place in the normal priority ring
     * @param lastDone low bits of the address of the last descriptor that was done
     * @param polls rings that are to be sent from as soon as the network takes frames
     * @param early early transmit threshold
     */
    record State(
            TransmitSlots.State slots,
            int configuration,
            int[] addresses,
            int highIndex,
            int normalIndex,
            int lastDone,
            int polls,
            int early) {
        State {
            Objects.requireNonNull(slots);
            addresses = addresses.clone();
            if ((configuration & ~WRITABLE) != 0
                    || addresses.length != TransmitSlots.COUNT
                    || lastDone >>> 16 != 0
                    || (polls & ~(POLL_HIGH | POLL_NORMAL)) != 0
                    || early >>> 8 != 0) {
                throw new IllegalArgumentException("RTL8139 transmit registers of more than their bits");
            }
            if (highIndex < 0 || highIndex >= Descriptor.MOST || normalIndex < 0 || normalIndex >= Descriptor.MOST) {
                throw new IllegalArgumentException("RTL8139 transmit ring");
            }
        }
    }

    private final PciFunction pci;
    private final Modes modes;
    private final Interrupts interrupts;
    private final Tally tally;
    private final Way way;
    private final TransmitSlots slots = new TransmitSlots();
    private final TransmitRing highRing = new TransmitRing();
    private final TransmitRing normalRing = new TransmitRing();
    private final int[] addresses = new int[TransmitSlots.COUNT];
    private int configuration;
    private int lastDone;
    private int polls;
    private int early;

    /** The network has frames that wait; none are sent before it has room again. */
    private boolean congested;

    private boolean running;

    Transmitter(PciFunction pci, Modes modes, Interrupts interrupts, Tally tally, Way way) {
        this.pci = pci;
        this.modes = modes;
        this.interrupts = interrupts;
        this.tally = tally;
        this.way = way;
    }

    void reset() {
        configuration = INTERFRAME_GAP;
        lastDone = 0;
        polls = 0;
        early = 0;
        Arrays.fill(addresses, 0);
        slots.reset();
        restart();
    }

    /** Begins at the first slot and descriptor. */
    void restart() {
        slots.restart();
        highRing.restart();
        normalRing.restart();
    }

    int configuration() {
        return configuration & ~VERSION_MASK | VERSION;
    }

    void setConfiguration(Lanes lanes) {
        configuration = lanes.over(configuration) & WRITABLE;
    }

    int status(int slot) {
        return slots.status(slot);
    }

    int summary() {
        return slots.summary();
    }

    void setStatus(int slot, Lanes lanes) {
        slots.setStatus(slot, lanes);
        run();
    }

    int address(int index) {
        return addresses[index];
    }

    void setAddress(int index, Lanes lanes) {
        addresses[index] = lanes.over(addresses[index]);
        if (modes.transmitsFromRings()) {
            (index < HIGH ? normalRing : highRing).restart();
        }
    }

    int lastDone() {
        return lastDone;
    }

    int early() {
        return early;
    }

    void setEarly(Lanes lanes) {
        early = lanes.over(early);
    }

    void poll(int ones) {
        if ((ones & FORCE_INTERRUPT) != 0) {
            interrupts.raise(Interrupts.SOFTWARE);
        }
        polls |= ones & (POLL_HIGH | POLL_NORMAL);
        run();
    }

    /** What waits on the way is through, or lost. */
    void drained() {
        congested = false;
        run();
    }

    /** Whether there is something that {@link #run} would send. */
    boolean pending() {
        return modes.transmits() && (modes.transmitsFromRings() ? polls != 0 : slots.pending());
    }

    /** Sends what is to be sent as far as the network has room. */
    void run() {
        if (running || congested) {
            return;
        }
        running = true;
        boolean able = modes.transmits() && pci.busMaster();
        if (!able || !modes.transmitsFromRings()) {
            polls = 0;
        }
        if (able && modes.transmitsFromRings()) {
            run(highRing, POLL_HIGH, HIGH);
            run(normalRing, POLL_NORMAL, NORMAL);
        } else if (able && slots.transmit(pci.dma(), this, addresses, (configuration & NO_SEQUENCE) != 0) > 0) {
            interrupts.raise(Interrupts.TRANSMIT_OK);
        }
        running = false;
    }

    private void run(TransmitRing ring, int poll, int address) {
        boolean wide = modes.wideAddresses();
        long base = addresses[address] & 0xFFFF_FF00L | (wide ? (long) addresses[address + 1] << 32 : 0);
        int raised = 0;
        for (int i = 0; (polls & poll) != 0 && !congested; i++) {
            TransmitRing.Outcome outcome =
                    i < BURST ? ring.transmit(pci.dma(), this, base, wide) : TransmitRing.Outcome.EMPTY;
            switch (outcome) {
                case EMPTY -> {
                    polls &= ~poll;
                    raised |= i > 0 ? Interrupts.TRANSMIT_UNAVAILABLE : 0;
                }
                case SENT -> {
                    lastDone = ring.lastDone();
                    raised |= Interrupts.TRANSMIT_OK;
                }
                case FAILED -> {
                    lastDone = ring.lastDone();
                    raised |= Interrupts.TRANSMIT_ERROR;
                    tally.count(Tally.Counter.TRANSMIT_ERROR);
                }
            }
        }
        if (raised != 0) {
            interrupts.raise(raised);
        }
    }

    @Override
    public boolean send(Frame frame) {
        tally.count(Tally.Counter.TRANSMIT_OK);
        if ((configuration & LOOPBACK) == LOOPBACK) {
            way.loop(frame);
        } else {
            congested = !way.send(frame);
        }
        return !congested;
    }

    @Override
    public boolean carrier() {
        return way.carrier();
    }

    State save() {
        return new State(
                slots.save(), configuration, addresses, highRing.index(), normalRing.index(), lastDone, polls, early);
    }

    void restore(State state) {
        slots.restore(state.slots);
        configuration = state.configuration;
        System.arraycopy(state.addresses, 0, addresses, 0, addresses.length);
        highRing.setIndex(state.highIndex);
        normalRing.setIndex(state.normalIndex);
        lastDone = state.lastDone;
        polls = state.polls;
        early = state.early;
    }
}
