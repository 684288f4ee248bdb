package org.margay.e1000.internal;

import java.util.Arrays;
import org.margay.net.Frame;
import org.margay.pci.PciDma;

/**
 * The packet whose descriptors are being fetched. Buffers are noted and copied once, when the packet is complete; when the ring runs
 * out within a packet, what there is of it is copied at once, as its buffers are the driver's again.
 */
final class TransmitPacket {
    /** Descriptors noted at most. */
    static final int NOTES = 256;

    /** No packet is cut from more than this. */
    private static final int LIMIT = Frame.MAXIMUM;

    /**
     * The beginning of a packet whose rest is to come.
     *
     * @param bytes what was copied
     * @param started whether there is a packet at all
     * @param tooLong whether it is dropped at its end
     * @param first the first descriptor's control
     */
    record State(byte[] bytes, boolean started, boolean tooLong, long first) {
        State {
            if (bytes.length > LIMIT || !started && (bytes.length != 0 || tooLong)) {
                throw new IllegalArgumentException("packet out of range");
            }
        }
    }

    private static final byte[] NOTHING = {};

    private final PciDma dma;
    private final long[] buffers = new long[NOTES];
    private final int[] lengths = new int[NOTES];
    private int notes;
    private int noted;
    private byte[] bytes = NOTHING;
    private boolean started;
    private boolean tooLong;
    private long first;

    TransmitPacket(PciDma dma) {
        this.dma = dma;
    }

    /** Notes a buffer: no more than {@link #NOTES} of them until the next {@link #gather} or {@link #spill}. */
    void add(long buffer, long control) {
        if (!started) {
            started = true;
            first = control;
        }
        int length = buffer == 0 ? 0 : TransmitControl.length(control);
        if (length == 0 || tooLong) {
            return;
        }
        if (length() + length > LIMIT) {
            tooLong = true;
            return;
        }
        buffers[notes] = buffer;
        lengths[notes++] = length;
        noted += length;
    }

    /** Bytes so far. */
    int length() {
        return bytes.length + noted;
    }

    boolean tooLong() {
        return tooLong;
    }

    /** Control of the packet's first descriptor. */
    long first() {
        return first;
    }

    /**
     * The packet in an array of its own.
     *
     * @param room bytes left free in front of it
     * @param least bytes it is padded to, without the room
     */
    byte[] gather(int room, int least) {
        byte[] packet = new byte[room + Math.max(length(), least)];
        System.arraycopy(bytes, 0, packet, room, bytes.length);
        int at = room + bytes.length;
        for (int i = 0; i < notes; i++) {
            dma.read(buffers[i], packet, at, lengths[i]);
            at += lengths[i];
        }
        return packet;
    }

    /** Copies what is noted. */
    void spill() {
        if (notes != 0) {
            bytes = gather(0, 0);
            notes = 0;
            noted = 0;
        }
    }

    /** Begins the next packet. */
    void clear() {
        notes = 0;
        noted = 0;
        bytes = NOTHING;
        started = false;
        tooLong = false;
        first = 0;
    }

    /** Nothing is noted between two runs of the transmitter. */
    State save() {
        return new State(bytes.clone(), started, tooLong, first);
    }

    void restore(State state) {
        clear();
        bytes = Arrays.copyOf(state.bytes, state.bytes.length);
        started = state.started;
        tooLong = state.tooLong;
        first = state.first;
    }
}
