package org.margay.pcnet.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.net.Frame;
import org.margay.pci.PciFunction;

/**
 * The way out: frames come from as many buffers of the transmit ring as the driver likes (Am79C970A data sheet,
 * "Transmit Operation", "Transmit Descriptor Table Entry"). What the network has no room for stays in guest memory
 * until it has.
 */
final class Transmitter {
    private static final int SEQUENCE = 4;
    private static final int SHORTEST = 60;
    /** What a station may send without being a babbler, check sequence aside. */
    private static final int LONGEST_ALLOWED = 1514;

    private static final int LONGEST = 8192;

    /** Bits of a transmit descriptor: a sequence is wanted all the same; tell when this one is sent. */
    private static final int ADD_SEQUENCE = 1 << 13;

    private static final int TELL = 1 << 12;
    /** Error bits of a transmit descriptor's message: no carrier. */
    private static final int CARRIER_LOST = 1 << 27;

    /** Buffers of a frame at most, and frames of a turn at most. */
    private static final int PARTS = 64;

    private static final int BURST = 512;

    /** Where frames go. */
    interface Way {
        /** Takes a frame for the network; false when no more should come for now. */
        boolean send(Frame frame);

        /** Takes a frame that comes back. */
        void loop(Frame frame);

        boolean carrier();
    }

    private final PciFunction pci;
    private final ChipStatus chip;
    private final Station station;
    private final Layout layout;
    private final Way way;
    private final Ring ring = new Ring();

    /** The network has frames that wait; none are sent before it has room again. */
    private boolean congested;

    private boolean running;

    Transmitter(PciFunction pci, ChipStatus chip, Station station, Layout layout, Way way) {
        this.pci = pci;
        this.chip = chip;
        this.station = station;
        this.layout = layout;
        this.way = way;
    }

    Ring ring() {
        return ring;
    }

    void reset() {
        ring.reset();
    }

    /** What waits on the way is through, or lost. */
    void drained() {
        congested = false;
        if (chip.is(ChipStatus.DEMAND)) {
            run();
        }
    }

    /**
     * Sends what is in the ring, as far as the network has room. The demand stands until all is sent.
     *
     * @return whether there was something
     */
    boolean run() {
        if (running || !chip.transmits()) {
            return false;
        }
        running = true;
        int count = 0;
        boolean more = true;
        while (more && !congested && count < BURST) {
            more = transmit();
            count += more ? 1 : 0;
        }
        if (more) {
            chip.raise(ChipStatus.DEMAND);
        } else {
            chip.clear(ChipStatus.DEMAND);
        }
        running = false;
        return count > 0;
    }

    /** Sends the next frame, when all its descriptors are there; false when not. */
    private boolean transmit() {
        List<Descriptor> parts = new ArrayList<>();
        int next = ring.index();
        int length = 0;
        do {
            Descriptor part = ring.read(pci.dma(), layout.style(), next, layout.high());
            if (!part.is(Descriptor.OWN) || !pci.busMaster()) {
                return false;
            }
            parts.add(part);
            length += part.length();
            next = ring.after(next);
        } while (parts.getFirst().is(Descriptor.START)
                && !parts.getLast().is(Descriptor.END)
                && next != ring.index()
                && parts.size() < PARTS);
        ring.moveTo(next);
        boolean whole = parts.getFirst().is(Descriptor.START) && parts.getLast().is(Descriptor.END);
        if (length > LONGEST_ALLOWED + SEQUENCE) {
            chip.raise(ChipStatus.BABBLE);
        }
        if (whole && length <= LONGEST) {
            send(parts, length);
        }
        release(parts, whole);
        return true;
    }

    private void send(List<Descriptor> parts, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        for (Descriptor part : parts) {
            pci.dma().read(part.buffer(), bytes, done, part.length());
            done += part.length();
        }
        boolean pad = chip.feature(ChipStatus.PAD_TRANSMITTED) && length < SHORTEST;
        boolean hasSequence =
                station.is(Station.NO_SEQUENCE) && !parts.getFirst().is(ADD_SEQUENCE) && !pad;
        if (pad) {
            bytes = Arrays.copyOf(bytes, SHORTEST);
        } else if (hasSequence) {
            bytes = Arrays.copyOf(bytes, Math.max(0, length - SEQUENCE));
        }
        if (bytes.length < Frame.HEADER) {
            return;
        }
        chip.raiseFeature(ChipStatus.TRANSMIT_START);
        if (station.is(Station.LOOPBACK)) {
            way.loop(new Frame(bytes));
        } else {
            congested = !way.send(new Frame(bytes));
        }
    }

    private void release(List<Descriptor> parts, boolean whole) {
        boolean lost = whole && !station.is(Station.LOOPBACK) && !way.carrier();
        for (Descriptor part : parts) {
            boolean failed = lost && part.is(Descriptor.END);
            int kept = part.status() & ~(Descriptor.ERROR | Descriptor.OWN);
            part.release(pci.dma(), failed ? kept | Descriptor.ERROR : kept, failed ? CARRIER_LOST : 0);
        }
        if (whole && told(parts.getLast(), lost)) {
            chip.raise(ChipStatus.TRANSMITTED);
        }
    }

    /** Whether the driver wants an interrupt for a frame. */
    private boolean told(Descriptor last, boolean lost) {
        if (chip.extended(ChipStatus.LAST_TRANSMIT_INTERRUPT)) {
            return lost || last.is(TELL);
        }
        return lost || !chip.extended(ChipStatus.NO_TRANSMIT_INTERRUPT);
    }
}
