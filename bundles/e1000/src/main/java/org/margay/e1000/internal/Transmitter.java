package org.margay.e1000.internal;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.margay.machine.Clock;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.MacAddress;
import org.margay.net.Offload;
import org.margay.pci.PciDma;
import org.margay.pci.PciFunction;

/**
 * Sends what the transmit ring has (8254x manual, sections 3.3 to 3.5 and 13.4.33 to 13.4.44). Works on some descriptors at once, on
 * the thread of the guest's write; what is left is done later, so that no ring keeps a processor or the machine loop for long.
 */
final class Transmitter implements RegisterBlock {
    static final int TCTL = 0x0400;
    static final int RING = 0x3800;
    static final int TDT = RING + DescriptorRing.TAIL;
    static final int TIDV = 0x3820;
    static final int TXDCTL = 0x3828;
    static final int TADV = 0x382C;

    private static final int TCTL_ENABLE = 1 << 1;
    private static final int TCTL_PAD = 1 << 3;
    private static final int TCTL_MASK = 0x03FF_FFFA;

    private static final int TXDCTL_LOW_THRESHOLD = 25;
    private static final int DELAY_MASK = 0xFFFF;
    private static final long DELAY_NANOS = 1024;

    /** Descriptors worked on at once, and bytes sent, but for the packet that goes beyond. */
    private static final int BATCH = TransmitPacket.NOTES;

    private static final int BATCH_BYTES = 512 << 10;

    private static final int CHECK_SEQUENCE = 4;
    private static final int TAG = 12;
    private static final int TAG_LENGTH = 4;

    /** Registers, contexts, a packet that is not complete, and the interrupt that is held back. */
    record State(
            int control,
            DescriptorRing.State ring,
            int packetDelay,
            int absoluteDelay,
            int descriptorControl,
            TransmitContext checksums,
            TransmitContext segments,
            TransmitPacket.State packet,
            InterruptDelay.State delay) {
        State {
            if ((control & ~TCTL_MASK) != 0
                    || ((packetDelay | absoluteDelay) & ~DELAY_MASK) != 0
                    || ring == null
                    || checksums == null
                    || segments == null
                    || packet == null
                    || delay == null) {
                throw new IllegalArgumentException("transmitter out of range");
            }
        }
    }

    private final PciFunction pci;
    private final Interrupts interrupts;
    private final Statistics statistics;
    private final Wire wire;
    private final InterruptDelay delay;
    private final DescriptorRing ring = new DescriptorRing();
    private final TransmitPacket packet;
    /** Descriptors of this run that are to be written back once their data is copied. */
    private final long[] done = new long[BATCH];

    private int doneCount;
    /** Bytes of this run. */
    private int sent;

    private boolean reportNow;
    private boolean reportLater;

    private int control;
    private int packetDelay;
    private int absoluteDelay;
    private int descriptorControl;
    private TransmitContext checksums = TransmitContext.NONE;
    private TransmitContext segments = TransmitContext.NONE;
    private boolean working;
    /** Whether {@link #work} is to come. */
    private boolean asked;
    /** The other side has no room. */
    private boolean waiting;

    Transmitter(PciFunction pci, Clock clock, Interrupts interrupts, Statistics statistics, Wire wire) {
        this.pci = pci;
        this.interrupts = interrupts;
        this.statistics = statistics;
        this.wire = wire;
        packet = new TransmitPacket(pci.dma());
        delay = new InterruptDelay(clock, () -> interrupts.raise(Interrupts.TXDW));
    }

    private boolean sending() {
        return (control & TCTL_ENABLE) != 0 && !waiting && ring.available() > 0 && pci.busMaster() && wire.up();
    }

    /** There is room again, or whatever was in the way may be gone. */
    void resume() {
        waiting = false;
        work();
    }

    /** Sends a batch; asks to be called again when there is more. */
    void work() {
        if (working || !sending()) {
            return;
        }
        working = true;
        int before = ring.available();
        sent = 0;
        for (int i = 0; i < BATCH && sent < BATCH_BYTES && sending(); i++) {
            descriptor();
        }
        packet.spill();
        writeBack();
        int causes = report();
        working = false;
        int after = ring.available();
        int low = 8 * (descriptorControl >>> TXDCTL_LOW_THRESHOLD);
        causes |= (after == 0 ? Interrupts.TXQE : 0) | (before > low && after <= low ? Interrupts.TXD_LOW : 0);
        if (causes != 0) {
            interrupts.raise(causes);
        }
        if (sending()) {
            workLater();
        }
    }

    private void workLater() {
        if (!asked) {
            asked = true;
            wire.later(() -> {
                asked = false;
                work();
            });
        }
    }

    private void descriptor() {
        PciDma dma = pci.dma();
        long address = ring.address();
        long buffer = dma.readLong(address);
        long command = dma.readLong(address + 8);
        ring.advance();
        if (TransmitControl.reports(command)) {
            done[doneCount++] = address;
            reportLater = TransmitControl.delays(command) && packetDelay != 0;
            reportNow |= !reportLater;
        }
        if (TransmitControl.context(command)) {
            TransmitContext context = new TransmitContext(buffer, command);
            if (TransmitControl.is(command, TransmitControl.SEGMENT)) {
                segments = context;
            } else {
                checksums = context;
            }
            return;
        }
        packet.add(buffer, command);
        if (TransmitControl.is(command, TransmitControl.END)) {
            if (packet.length() > 0 && !packet.tooLong()) {
                finish(command);
            }
            packet.clear();
            writeBack();
        }
    }

    /** What the descriptors of this run are to cause: an interrupt without delay ends the delay of those before it. */
    private int report() {
        if (reportNow) {
            delay.cancel();
        }
        if (reportLater) {
            delay.start(packetDelay * DELAY_NANOS, absoluteDelay * DELAY_NANOS);
        }
        int causes = reportNow ? Interrupts.TXDW : 0;
        reportNow = false;
        reportLater = false;
        return causes;
    }

    /** Descriptors that report get their status; their buffers are the driver's again. */
    private void writeBack() {
        VarHandle.storeStoreFence();
        for (int i = 0; i < doneCount; i++) {
            pci.dma().writeByte(done[i] + 12, TransmitControl.DONE);
        }
        doneCount = 0;
    }

    /** All of the packet is there. */
    private void finish(long last) {
        long first = packet.first();
        boolean extended = !TransmitControl.legacy(last);
        boolean cut = extended && TransmitControl.is(first, TransmitControl.SEGMENT);
        // Packets that are cut have their tag in the first descriptor.
        long tagged = cut ? first : last;
        boolean tag = TransmitControl.is(tagged, TransmitControl.VLAN) && wire.vlanMode() && packet.length() >= TAG;
        int shift = tag ? TAG_LENGTH : 0;
        boolean pad = (control & TCTL_PAD) != 0 && !cut;
        byte[] bytes = packet.gather(shift, pad ? StoredFrame.MINIMUM - shift : 0);
        if (tag) {
            System.arraycopy(bytes, shift, bytes, 0, TAG);
            InternetChecksum.put(bytes, TAG, wire.vlanType());
            InternetChecksum.put(bytes, TAG + 2, TransmitControl.tag(tagged));
        } else if (!TransmitControl.is(last, TransmitControl.INSERT_CHECK_SEQUENCE)) {
            bytes = withoutCheckSequence(bytes);
        }
        if (cut) {
            List<Frame> frames = segments.segment(bytes, shift);
            statistics.segmented(!frames.isEmpty());
            frames.forEach(this::send);
        } else {
            send(new Frame(bytes, extended ? checksums(bytes, first, shift) : legacyChecksum(bytes, last, shift)));
        }
    }

    private Offload checksums(byte[] bytes, long first, int shift) {
        if (TransmitControl.is(first, TransmitControl.OPTION_IP)) {
            checksums.insertIp(bytes, shift);
        }
        return TransmitControl.is(first, TransmitControl.OPTION_TRANSPORT)
                ? checksums.insertTransport(bytes, shift)
                : Offload.NONE;
    }

    private static Offload legacyChecksum(byte[] bytes, long last, int shift) {
        int start = TransmitControl.checksumStart(last) + shift;
        int offset = TransmitControl.checksumOffset(last) + shift;
        boolean wanted = TransmitControl.is(last, TransmitControl.INSERT_CHECKSUM)
                && start < bytes.length
                && offset < bytes.length - 1;
        return wanted ? TransmitContext.toTheEnd(bytes, start, offset) : Offload.NONE;
    }

    /**
     * The driver made the check sequence itself: it is not part of a {@link Frame}. When it is wrong, it is taken for data of a
     * driver that forgot to ask for one.
     */
    private static byte[] withoutCheckSequence(byte[] bytes) {
        int length = bytes.length - CHECK_SEQUENCE;
        if (length < Frame.HEADER) {
            return bytes;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        int found = Integer.reverseBytes(
                InternetChecksum.get(bytes, length) << 16 | InternetChecksum.get(bytes, length + 2));
        return found == (int) crc.getValue() ? Arrays.copyOf(bytes, length) : bytes;
    }

    private void send(Frame frame) {
        count(frame);
        sent += frame.length();
        if (!wire.send(frame)) {
            waiting = true;
        }
    }

    private void count(Frame frame) {
        MacAddress destination = frame.destination();
        Offload offload = frame.offload();
        if (offload.segmentation() == Offload.Segmentation.NONE) {
            statistics.sent(1, frame.length() + CHECK_SEQUENCE, destination);
            return;
        }
        int header = offload.headerLength();
        int payload = frame.length() - header;
        int whole = payload / offload.segmentSize();
        int rest = payload % offload.segmentSize();
        statistics.sent(whole, header + offload.segmentSize() + CHECK_SEQUENCE, destination);
        if (rest != 0) {
            statistics.sent(1, header + rest + CHECK_SEQUENCE, destination);
        }
    }

    @Override
    public int read(int offset) {
        return switch (offset) {
            case TCTL -> control;
            case TIDV -> packetDelay;
            case TXDCTL -> descriptorControl;
            case TADV -> absoluteDelay;
            default -> ring.read(offset - RING);
        };
    }

    @Override
    public void write(int offset, int value) {
        switch (offset) {
            case TCTL -> {
                control = value & TCTL_MASK;
                work();
            }
            case TIDV -> packetDelay = value & DELAY_MASK;
            case TXDCTL -> descriptorControl = value;
            case TADV -> absoluteDelay = value & DELAY_MASK;
            default -> {
                ring.write(offset - RING, value);
                work();
            }
        }
    }

    void reset() {
        control = 0;
        ring.reset();
        packetDelay = 0;
        absoluteDelay = 0;
        descriptorControl = 0;
        checksums = TransmitContext.NONE;
        segments = TransmitContext.NONE;
        packet.clear();
        delay.cancel();
    }

    State save() {
        return new State(
                control,
                ring.save(),
                packetDelay,
                absoluteDelay,
                descriptorControl,
                checksums,
                segments,
                packet.save(),
                delay.save());
    }

    /** What was left to do is done later, when all of the card is restored. */
    void restore(State state) {
        control = state.control;
        ring.restore(state.ring);
        packetDelay = state.packetDelay;
        absoluteDelay = state.absoluteDelay;
        descriptorControl = state.descriptorControl;
        checksums = state.checksums;
        segments = state.segments;
        packet.restore(state.packet);
        delay.restore(state.delay);
        workLater();
    }

    void close() {
        delay.cancel();
    }
}
