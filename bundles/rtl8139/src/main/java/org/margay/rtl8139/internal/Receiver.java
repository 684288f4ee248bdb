package org.margay.rtl8139.internal;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.margay.net.Frame;
import org.margay.pci.PciFunction;

/**
 * The way in: which frames are taken, and into what: a buffer in C mode, a ring of descriptors in C+ mode (RTL8139C+
 * data sheet, "Receive Configuration Register", "Missed Packet Counter").
 */
final class Receiver {
    private static final int WRITABLE = 0x0F03_FFFF;

    /** Shortest and longest frame without check sequence; longer ones stop the receive watchdog. */
    private static final int SHORTEST = 60;

    private static final int LONGEST = 4096 - CheckSequence.LENGTH;

    /**
     * Registers and progress.
     *
     * @param filter ID and multicast registers
     */
    record State(byte[] filter, ReceiveBuffer.State buffer, ReceiveRing.State ring, int configuration, int missed) {
        State {
            filter = filter.clone();
            Objects.requireNonNull(buffer);
            Objects.requireNonNull(ring);
            if ((configuration & ~WRITABLE) != 0 || missed >>> 24 != 0) {
                throw new IllegalArgumentException("RTL8139 receive registers of more than their bits");
            }
        }
    }

    private final PciFunction pci;
    private final Modes modes;
    private final Interrupts interrupts;
    private final Tally tally;
    private final AddressFilter filter;
    private final ReceiveBuffer buffer = new ReceiveBuffer();
    private final ReceiveRing ring = new ReceiveRing();
    private int configuration;
    private int missed;

    Receiver(PciFunction pci, Modes modes, Interrupts interrupts, Tally tally, AddressFilter filter) {
        this.pci = pci;
        this.modes = modes;
        this.interrupts = interrupts;
        this.tally = tally;
        this.filter = filter;
    }

    void reset() {
        configuration = 0;
        missed = 0;
        buffer.reset();
        ring.reset();
    }

    /** Begins at the first byte and descriptor. */
    void restart() {
        buffer.restart();
        ring.restart();
    }

    ReceiveBuffer buffer() {
        return buffer;
    }

    ReceiveRing ring() {
        return ring;
    }

    /** Whether the buffer holds nothing that the guest has not read. */
    boolean bufferEmpty() {
        return buffer.isEmpty(configuration);
    }

    int configuration() {
        return configuration;
    }

    void setConfiguration(Lanes lanes) {
        configuration = lanes.over(configuration) & WRITABLE;
    }

    int missed() {
        return missed;
    }

    void clearMissed() {
        missed = 0;
    }

    /** Whether a frame can come; one is taken and lost while there is no receiver. */
    boolean hasRoom() {
        if (!modes.receives()) {
            return true;
        }
        return modes.receivesToRing() ? ring.hasRoom(pci.dma(), modes) : buffer.hasRoom(configuration);
    }

    void receive(Frame frame) {
        if (!modes.receives()) {
            return;
        }
        Frame padded =
                frame.length() >= SHORTEST ? frame : new Frame(Arrays.copyOf(frame.bytes(), SHORTEST), frame.offload());
        Optional<AddressFilter.Match> match = filter.match(padded.bytes(), configuration);
        if (match.isEmpty()) {
            return;
        }
        if (padded.length() > LONGEST) {
            tally.count(Tally.Counter.RECEIVE_ERROR);
            interrupts.raise(Interrupts.RECEIVE_ERROR);
        } else if (store(padded, match.get())) {
            count(match.get());
            interrupts.raise(Interrupts.RECEIVE_OK);
        } else {
            missed = missed + 1 & 0xFF_FFFF;
            tally.count(Tally.Counter.MISSED);
            interrupts.raise(Interrupts.RECEIVE_OVERFLOW);
        }
    }

    private boolean store(Frame frame, AddressFilter.Match match) {
        return modes.receivesToRing()
                ? ring.store(pci.dma(), frame, match, modes)
                : buffer.store(pci.dma(), CheckSequence.append(frame.bytes()), match, configuration);
    }

    private void count(AddressFilter.Match match) {
        tally.count(Tally.Counter.RECEIVE_OK);
        switch (match) {
            case PHYSICAL -> tally.count(Tally.Counter.RECEIVE_OK_PHYSICAL);
            case BROADCAST -> tally.count(Tally.Counter.RECEIVE_OK_BROADCAST);
            case MULTICAST -> tally.count(Tally.Counter.RECEIVE_OK_MULTICAST);
            case FOREIGN -> {}
        }
    }

    State save() {
        return new State(filter.save(), buffer.save(), ring.save(), configuration, missed);
    }

    void restore(State state) {
        filter.restore(state.filter);
        buffer.restore(state.buffer);
        ring.restore(state.ring);
        configuration = state.configuration;
        missed = state.missed;
    }
}
