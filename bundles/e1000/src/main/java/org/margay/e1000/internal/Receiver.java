package org.margay.e1000.internal;

import java.lang.invoke.VarHandle;
import org.margay.machine.Clock;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.MacAddress;
import org.margay.pci.PciFunction;

/** Stores frames in the buffers of the receive ring (8254x manual, sections 3.2 and 13.4.22 to 13.4.34). */
final class Receiver implements RegisterBlock {
    static final int RCTL = 0x0100;
    static final int RING = 0x2800;
    static final int RDT = RING + DescriptorRing.TAIL;
    static final int RDTR = 0x2820;
    static final int RXDCTL = 0x2828;
    static final int RADV = 0x282C;
    static final int RSRPD = 0x2C00;
    static final int RXCSUM = 0x5000;

    static final int RCTL_UNICAST_ALL = 1 << 3;
    static final int RCTL_MULTICAST_ALL = 1 << 4;
    static final int RCTL_MULTICAST_OFFSET = 12;
    static final int RCTL_BROADCAST = 1 << 15;
    static final int RCTL_CANONICAL_ENABLE = 1 << 19;
    static final int RCTL_CANONICAL = 1 << 20;

    private static final int RCTL_ENABLE = 1 << 1;
    private static final int RCTL_LONG = 1 << 5;
    private static final int RCTL_LOOPBACK = 3 << 6;
    private static final int RCTL_THRESHOLD = 8;
    private static final int RCTL_SIZE = 16;
    private static final int RCTL_VLAN_FILTER = 1 << 18;
    private static final int RCTL_SIZE_EXTENSION = 1 << 25;
    private static final int RCTL_STRIP_CHECK_SEQUENCE = 1 << 26;
    private static final int RCTL_MASK = 0x06DF_B3FE;

    private static final int RDTR_FLUSH = 1 << 31;
    private static final int DELAY_MASK = 0xFFFF;
    private static final int RSRPD_MASK = 0xFFF;
    private static final long DELAY_NANOS = 1024;

    private static final int STATUS_DONE = 1;
    private static final int STATUS_END = 1 << 1;
    private static final int STATUS_VLAN = 1 << 3;
    private static final int STATUS_INEXACT = 1 << 7;

    /** Bytes of the longest frame on the wire, of the longest with RCTL.LPE. */
    private static final int ORDINARY = 1522;

    private static final int LONGEST = 16_384;

    private static final int TYPE = 12;
    private static final int TAG = 14;

    /** Registers, and the interrupt that is held back. */
    record State(
            int control,
            DescriptorRing.State ring,
            int packetDelay,
            int absoluteDelay,
            int smallPacket,
            int descriptorControl,
            int checksumControl,
            InterruptDelay.State delay) {
        State {
            if ((control & ~RCTL_MASK) != 0
                    || ((packetDelay | absoluteDelay) & ~DELAY_MASK) != 0
                    || (smallPacket & ~RSRPD_MASK) != 0
                    || (checksumControl & ~ReceiveChecksum.CONTROL_MASK) != 0
                    || ring == null
                    || delay == null) {
                throw new IllegalArgumentException("receiver out of range");
            }
        }
    }

    private final PciFunction pci;
    private final ReceiveFilter filter;
    private final Interrupts interrupts;
    private final Statistics statistics;
    private final Wire wire;
    private final InterruptDelay delay;
    private final DescriptorRing ring = new DescriptorRing();
    private final StoredFrame stored = new StoredFrame();
    private int control;
    private int packetDelay;
    private int absoluteDelay;
    private int smallPacket;
    private int descriptorControl;
    private int checksumControl;

    Receiver(
            PciFunction pci,
            Clock clock,
            ReceiveFilter filter,
            Interrupts interrupts,
            Statistics statistics,
            Wire wire) {
        this.pci = pci;
        this.filter = filter;
        this.interrupts = interrupts;
        this.statistics = statistics;
        this.wire = wire;
        delay = new InterruptDelay(clock, () -> interrupts.raise(Interrupts.RXT0));
    }

    /** RCTL.LBM: what is sent comes back. */
    boolean loopback() {
        return (control & RCTL_LOOPBACK) != 0;
    }

    /** Bytes of each buffer. */
    private int bufferSize() {
        int size = control >>> RCTL_SIZE & 3;
        return (control & RCTL_SIZE_EXTENSION) != 0 && size != 0 ? 32_768 >> size : 2048 >> size;
    }

    private boolean receiving() {
        return (control & RCTL_ENABLE) != 0 && pci.busMaster() && wire.up();
    }

    /** Whether an ordinary frame would be stored, or would be lost in any case: the second is no reason to wait. */
    boolean canReceive() {
        return !receiving() || roomFor(ORDINARY);
    }

    private boolean roomFor(int length) {
        return (long) ring.available() * bufferSize() >= length;
    }

    /** A frame comes in. */
    void receive(Frame frame) {
        if (!receiving()) {
            return;
        }
        byte[] bytes = frame.bytes();
        int length = Math.max(bytes.length, StoredFrame.MINIMUM) + StoredFrame.CHECK_SEQUENCE;
        if (length > ((control & RCTL_LONG) != 0 ? LONGEST : ORDINARY)) {
            statistics.count(Statistics.ROC);
            return;
        }
        statistics.seen(length);
        MacAddress destination = frame.destination();
        ReceiveFilter.Match match = filter.match(destination, control);
        boolean tagged = bytes.length >= TAG + 2 && InternetChecksum.get(bytes, TYPE) == wire.vlanType();
        int tag = tagged ? InternetChecksum.get(bytes, TAG) : 0;
        if (match == ReceiveFilter.Match.NONE
                || tagged && (control & RCTL_VLAN_FILTER) != 0 && !filter.takesVlan(tag, control)) {
            return;
        }
        boolean untagged = tagged && wire.vlanMode();
        stored.set(bytes, untagged, (control & RCTL_STRIP_CHECK_SEQUENCE) == 0);
        if (!roomFor(stored.length())) {
            overrun();
            return;
        }
        statistics.received(length, destination);
        int status = ReceiveChecksum.check(frame, checksumControl)
                | (untagged ? STATUS_VLAN : 0)
                | (match == ReceiveFilter.Match.INEXACT ? STATUS_INEXACT : 0);
        store(status, untagged ? tag : 0);
    }

    private void overrun() {
        statistics.count(Statistics.MPC);
        statistics.count(Statistics.RNBC);
        interrupts.raise(Interrupts.RXO);
    }

    /**
     * Fills buffer after buffer. A descriptor without a buffer is passed over; when they run out because of that, the rest of the
     * frame is lost.
     */
    private void store(int status, int tag) {
        int length = stored.length();
        long ending = (long) ReceiveChecksum.packetSum(stored, checksumControl) << 16
                | (long) (status | STATUS_END) << 32
                | (long) tag << 48;
        int size = bufferSize();
        int before = ring.available();
        int done = 0;
        while (done < length && ring.available() > 0) {
            long descriptor = ring.address();
            long buffer = pci.dma().readLong(descriptor);
            int part = buffer == 0 ? 0 : Math.min(size, length - done);
            stored.copy(done, pci.dma(), buffer, part);
            done += part;
            long report = (long) STATUS_DONE << 32 | part | (done == length ? ending : 0);
            // Whoever sees the descriptor done finds the data there.
            VarHandle.storeStoreFence();
            pci.dma().writeLong(descriptor + 8, report);
            ring.advance();
        }
        stored.clear();
        if (done < length) {
            overrun();
        } else {
            notify(length, before);
        }
    }

    /** @param before descriptors there were before the frame came */
    private void notify(int length, int before) {
        int causes = 0;
        int threshold = ring.size() >>> (1 + (control >>> RCTL_THRESHOLD & 3));
        if (before > threshold && ring.available() <= threshold) {
            causes |= Interrupts.RXDMT0;
        }
        if (length <= smallPacket) {
            causes |= Interrupts.SRPD | Interrupts.RXT0;
            delay.cancel();
        } else if (packetDelay == 0) {
            causes |= Interrupts.RXT0;
        } else {
            delay.start(packetDelay * DELAY_NANOS, absoluteDelay * DELAY_NANOS);
        }
        if (causes != 0) {
            interrupts.raise(causes);
        }
    }

    @Override
    public int read(int offset) {
        return switch (offset) {
            case RCTL -> control;
            case RDTR -> packetDelay;
            case RXDCTL -> descriptorControl;
            case RADV -> absoluteDelay;
            case RSRPD -> smallPacket;
            case RXCSUM -> checksumControl;
            default -> ring.read(offset - RING);
        };
    }

    @Override
    public void write(int offset, int value) {
        switch (offset) {
            case RCTL -> {
                control = value & RCTL_MASK;
                wire.roomAgain();
            }
            case RDTR -> {
                packetDelay = value & DELAY_MASK;
                if ((value & RDTR_FLUSH) != 0 && delay.running()) {
                    delay.cancel();
                    interrupts.raise(Interrupts.RXT0);
                }
            }
            case RXDCTL -> descriptorControl = value;
            case RADV -> absoluteDelay = value & DELAY_MASK;
            case RSRPD -> smallPacket = value & RSRPD_MASK;
            case RXCSUM -> checksumControl = value & ReceiveChecksum.CONTROL_MASK;
            default -> {
                ring.write(offset - RING, value);
                if (offset == RDT) {
                    wire.roomAgain();
                }
            }
        }
    }

    void reset() {
        control = 0;
        ring.reset();
        packetDelay = 0;
        absoluteDelay = 0;
        smallPacket = 0;
        descriptorControl = 0x0001_0000;
        checksumControl = 0;
        delay.cancel();
    }

    State save() {
        return new State(
                control,
                ring.save(),
                packetDelay,
                absoluteDelay,
                smallPacket,
                descriptorControl,
                checksumControl,
                delay.save());
    }

    void restore(State state) {
        control = state.control;
        ring.restore(state.ring);
        packetDelay = state.packetDelay;
        absoluteDelay = state.absoluteDelay;
        smallPacket = state.smallPacket;
        descriptorControl = state.descriptorControl;
        checksumControl = state.checksumControl;
        delay.restore(state.delay);
    }

    void close() {
        delay.cancel();
    }
}
