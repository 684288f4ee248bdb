package org.margay.pcnet.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.pci.PciFunction;

/**
 * The way in: frames go into as many buffers of the receive ring as they need (Am79C970A data sheet, "Receive
 * Operation", "Receive Descriptor Table Entry").
 */
final class Receiver {
    private static final int SEQUENCE = 4;

    /** Shortest and longest frame without check sequence: the message count has 12 bits. */
    private static final int SHORTEST = 60;

    private static final int LONGEST = 0xFFF - SEQUENCE;

    /** Payload that need not be padded. */
    private static final int LEAST_PAYLOAD = 46;

    /** The next buffer of a frame was not there. */
    private static final int NO_BUFFER = 1 << 10;

    private final PciFunction pci;
    private final ChipStatus chip;
    private final Station station;
    private final Layout layout;
    private final Ring ring = new Ring();
    private int missed;

    Receiver(PciFunction pci, ChipStatus chip, Station station, Layout layout) {
        this.pci = pci;
        this.chip = chip;
        this.station = station;
        this.layout = layout;
    }

    Ring ring() {
        return ring;
    }

    void reset() {
        ring.reset();
        missed = 0;
    }

    /** Frames that came while there was no buffer. */
    int missed() {
        return missed;
    }

    void setMissed(int count) {
        missed = count;
    }

    /**
     * Whether there is a buffer; a frame is taken and lost while the receiver is off, and held back while it is
     * suspended.
     */
    boolean hasRoom() {
        if (!chip.is(ChipStatus.RECEIVER_ON)) {
            return true;
        }
        return chip.receives() && descriptor(ring.index()).is(Descriptor.OWN);
    }

    private Descriptor descriptor(int index) {
        return ring.read(pci.dma(), layout.style(), index, layout.high());
    }

    void receive(Frame frame) {
        if (!chip.receives() || frame.length() > LONGEST) {
            return;
        }
        byte[] bytes = frame.length() < SHORTEST ? Arrays.copyOf(frame.bytes(), SHORTEST) : frame.bytes();
        Optional<Station.Match> match = station.match(bytes);
        if (match.isEmpty()) {
            return;
        }
        if (descriptor(ring.index()).is(Descriptor.OWN)) {
            store(chip.feature(ChipStatus.STRIP_RECEIVED) ? stripped(bytes) : withSequence(bytes), match.get());
            chip.raise(ChipStatus.RECEIVED);
        } else {
            missed = missed + 1 & 0xFFFF;
            if (missed == 0) {
                chip.raiseFeature(ChipStatus.MISSED_OVERFLOW);
            }
            chip.raise(ChipStatus.MISSED);
        }
    }

    /** Goes on until the frame ends, or the buffers do. */
    private void store(byte[] bytes, Station.Match match) {
        int done = 0;
        int status = Descriptor.START;
        while (done < bytes.length) {
            Descriptor descriptor = descriptor(ring.index());
            int part = Math.min(descriptor.length(), bytes.length - done);
            pci.dma().write(descriptor.buffer(), bytes, done, part);
            done += part;
            int next = ring.after(ring.index());
            int message = 0;
            if (done == bytes.length) {
                status |= Descriptor.END | (layout.style().wide() ? match.status() : 0);
                message = bytes.length;
            } else if (next == ring.index() || !descriptor(next).is(Descriptor.OWN)) {
                status |= Descriptor.ERROR | NO_BUFFER;
                done = bytes.length;
            }
            descriptor.release(pci.dma(), status, message);
            ring.moveTo(next);
            status = 0;
        }
    }

    /** Without padding and check sequence, when the type field is a length that says that there is padding. */
    private static byte[] stripped(byte[] bytes) {
        int length = InternetChecksum.get(bytes, Frame.HEADER - 2);
        return length < LEAST_PAYLOAD ? Arrays.copyOf(bytes, Frame.HEADER + length) : withSequence(bytes);
    }

    private static byte[] withSequence(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        byte[] whole = Arrays.copyOf(bytes, bytes.length + SEQUENCE);
        for (int i = 0; i < SEQUENCE; i++) {
            whole[bytes.length + i] = (byte) (crc.getValue() >>> (8 * i));
        }
        return whole;
    }
}
