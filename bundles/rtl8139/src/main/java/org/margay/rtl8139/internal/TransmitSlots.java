package org.margay.rtl8139.internal;

import java.util.Arrays;
import org.margay.net.Frame;
import org.margay.pci.PciDma;

/**
 * Transmission in C mode: four slots that are used in turn (RTL8139C+ data sheet, "Transmit Status of Descriptors",
 * "Transmit Start Address of Descriptors").
 */
final class TransmitSlots {
    static final int COUNT = 4;

    /** The chip is done with the slot. */
    private static final int OWN = 1 << 13;

    private static final int UNDERRUN = 1 << 14;
    private static final int OK = 1 << 15;
    private static final int ABORTED = 1 << 30;
    private static final int CARRIER_LOST = 1 << 31;
    private static final int LENGTH = 0x1FFF;
    private static final int WRITABLE = 0x003F_0000 | OWN | LENGTH;

    /**
     * Registers.
     *
     * @param status TSD0 to TSD3
     * @param current which slot is next
     */
    record State(int[] status, int current) {
        State {
            if (status.length != COUNT || current < 0 || current >= COUNT) {
                throw new IllegalArgumentException("RTL8139 transmit slots");
            }
            status = status.clone();
        }
    }

    private final int[] status = new int[COUNT];
    private int current;

    void reset() {
        Arrays.fill(status, OWN);
        current = 0;
    }

    void restart() {
        current = 0;
    }

    int status(int slot) {
        return status[slot];
    }

    /** Says what is to be sent from a slot, and gives it to the chip. */
    void setStatus(int slot, Lanes lanes) {
        status[slot] = lanes.over(status[slot]) & WRITABLE;
    }

    /** The four slots' status in one register: OK, underrun, abort, own. */
    int summary() {
        int summary = 0;
        for (int i = 0; i < COUNT; i++) {
            summary |= bit(i, OK) << (12 + i)
                    | bit(i, UNDERRUN) << (8 + i)
                    | bit(i, ABORTED) << (4 + i)
                    | bit(i, OWN) << i;
        }
        return summary;
    }

    private int bit(int slot, int bit) {
        return (status[slot] & bit) != 0 ? 1 : 0;
    }

    /** Whether the next slot is the chip's. */
    boolean pending() {
        return (status[current] & OWN) == 0;
    }

    /**
     * Sends what is to be sent, as long as the wire takes it.
     *
     * @param addresses of the slots' buffers
     * @param withSequence whether frames have their check sequence already
     * @return how many slots were sent
     */
    int transmit(PciDma dma, Wire wire, int[] addresses, boolean withSequence) {
        int sent = 0;
        boolean room = true;
        while (room && pending()) {
            int length = Math.max(0, (status[current] & LENGTH) - (withSequence ? CheckSequence.LENGTH : 0));
            if (length >= Frame.HEADER) {
                room = wire.send(new Frame(dma.read(addresses[current] & 0xFFFF_FFFFL, length)));
            }
            status[current] |= OWN | OK | (wire.carrier() ? 0 : CARRIER_LOST);
            current = (current + 1) % COUNT;
            sent++;
        }
        return sent;
    }

    State save() {
        return new State(status, current);
    }

    void restore(State state) {
        System.arraycopy(state.status, 0, status, 0, COUNT);
        current = state.current;
    }
}
