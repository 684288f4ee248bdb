package org.margay.serial.internal;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * Universal asynchronous receiver and transmitter with FIFOs, a PC16550D (National Semiconductor data sheet TL/C/8652). What is sent
 * leaves as fast as the back end takes it; the baud rate only times the receiver's time-out. As on a PC, OUT2 gates the
 * interrupt.
 */
final class Uart16550 implements Device<Uart16550.State>, IoHandler, CharFrontend {
    /** Ports that it takes. */
    static final int PORTS = 8;

    /** Divisions of the 1.8432 MHz crystal in a bit of divisor 1. */
    private static final long BASE_BAUD = 115_200;

    private static final long SECOND = 1_000_000_000L;

    private static final int RBR_THR = 0;
    private static final int IER = 1;
    private static final int IIR_FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;

    private static final int IER_DATA = 0x01;
    private static final int IER_EMPTY = 0x02;
    private static final int IER_LINE = 0x04;
    private static final int IER_MODEM = 0x08;

    private static final int IIR_NONE = 0x01;
    private static final int IIR_MODEM = 0x00;
    private static final int IIR_EMPTY = 0x02;
    private static final int IIR_DATA = 0x04;
    private static final int IIR_LINE = 0x06;
    private static final int IIR_TIMEOUT = 0x0C;
    private static final int IIR_FIFOS = 0xC0;

    private static final int FCR_ENABLE = 0x01;
    private static final int FCR_CLEAR_RECEIVER = 0x02;
    private static final int FCR_CLEAR_TRANSMITTER = 0x04;

    private static final int LCR_STOP_BITS = 0x04;
    private static final int LCR_PARITY = 0x08;
    private static final int LCR_DIVISOR = 0x80;

    private static final int MCR_OUT2 = 0x08;
    private static final int MCR_LOOP = 0x10;

    private static final int LSR_DATA = 0x01;
    private static final int LSR_OVERRUN = 0x02;
    private static final int LSR_BREAK = 0x10;
    private static final int LSR_ERRORS = 0x1E;
    private static final int LSR_HOLDING_EMPTY = 0x20;
    private static final int LSR_EMPTY = 0x40;
    private static final int LSR_FIFO_ERROR = 0x80;

    /** CTS, DSR and DCD are on: a peer that may come and go must not look like a hang-up. */
    private static final int LINES_ON = 0xB0;

    private static final int MSR_RI = 0x40;

    private static final int[] TRIGGERS = {1, 4, 8, 14};

    /**
     * What the guest can see.
     *
     * @param lcr line control
     * @param mcr modem control
     * @param scratch register 7
     * @param divisor of the baud rate, 16 bits
     * @param fcr kept bits of FIFO control
     * @param overrun a character was lost since LSR was read
     * @param modemLines upper half of the MSR
     * @param modemDeltas lower half of the MSR
     * @param received characters, their line status bits shifted up by 8
     * @param sending characters that the back end did not take yet
     * @param emptyPending the transmitter's interrupt was not acknowledged yet
     * @param timedOut characters waited for longer than four character times
     * @param timeout virtual nanoseconds when that will be, or {@link Timer#NEVER}
     */
    record State(
            int ier,
            int lcr,
            int mcr,
            int scratch,
            int divisor,
            int fcr,
            boolean overrun,
            int modemLines,
            int modemDeltas,
            List<Integer> received,
            List<Integer> sending,
            boolean emptyPending,
            boolean timedOut,
            long timeout) {
        State {
            received = List.copyOf(received);
            sending = List.copyOf(sending);
            if ((ier & ~0x0F) != 0
                    || ((lcr | scratch) & ~0xFF) != 0
                    || (mcr & ~0x1F) != 0
                    || (divisor & ~0xFFFF) != 0
                    || (fcr & ~0xC1) != 0
                    || (modemLines & ~0xF0) != 0
                    || (modemDeltas & ~0x0F) != 0
                    || timeout < 0) {
                throw new IllegalArgumentException("16550 register of more than its bits");
            }
            int places = (fcr & FCR_ENABLE) != 0 ? ReceiveFifo.SIZE : 1;
            if (received.size() > places
                    || sending.size() > places
                    || received.stream().anyMatch(entry -> (entry & ~0x1CFF) != 0)
                    || sending.stream().anyMatch(entry -> (entry & ~0xFF) != 0)) {
                throw new IllegalArgumentException("16550 FIFO");
            }
        }
    }

    private final MemoryRegion ports;
    private final Clock clock;
    private final IrqLine irq;
    private final @Nullable Chardev chardev;
    private final Runnable wakeup;
    private final Timer timer;
    private final MemoryRegion region = MemoryRegion.io("serial", PORTS, AccessSizes.BYTE, this);

    private int ier;
    private int lcr;
    private int mcr;
    private int scratch;
    private int divisor;
    private int fcr;
    private boolean overrun;
    private int modemLines;
    private int modemDeltas;
    private final ReceiveFifo received = new ReceiveFifo();
    private final byte[] sending = new byte[ReceiveFifo.SIZE];
    private int sendingLength;
    private boolean emptyPending;
    private boolean timedOut;
    /** The chardev had more than there was room for. */
    private boolean moreWaits;

    /**
     * Maps the registers and becomes the front end of a chardev.
     *
     * @param base first of eight ports
     * @param chardev the other end of the line, or null for a port that leads nowhere
     * @param wakeup called when a character comes
     * @throws IllegalStateException when the chardev is in use
     */
    Uart16550(MemoryRegion ports, int base, Clock clock, IrqLine irq, @Nullable Chardev chardev, Runnable wakeup) {
        this.ports = ports;
        this.clock = clock;
        this.irq = irq;
        this.chardev = chardev;
        this.wakeup = wakeup;
        this.timer = clock.timer(this::timeOut);
        reset();
        if (chardev != null) {
            chardev.attach(this);
        }
        ports.add(region, base);
    }

    private boolean fifos() {
        return (fcr & FCR_ENABLE) != 0;
    }

    private boolean loops() {
        return (mcr & MCR_LOOP) != 0;
    }

    // --- the guest's side ---

    @Override
    public long read(long offset, int size) {
        boolean divisorLatch = (lcr & LCR_DIVISOR) != 0;
        return switch ((int) offset) {
            case RBR_THR -> divisorLatch ? divisor & 0xFF : readReceived();
            case IER -> divisorLatch ? divisor >> 8 : ier;
            case IIR_FCR -> readInterrupt();
            case LCR -> lcr;
            case MCR -> mcr;
            case LSR -> readLineStatus();
            case MSR -> readModemStatus();
            default -> scratch;
        };
    }

    private int readReceived() {
        int character = received.take();
        timedOut = false;
        startTimeout();
        if (moreWaits && received.isEmpty() && chardev != null) {
            moreWaits = false;
            chardev.acceptInput();
        }
        update();
        return character;
    }

    private int readInterrupt() {
        int source = interrupt();
        if (source == IIR_EMPTY) {
            // Reading it acknowledges the transmitter's interrupt (data sheet, table 3).
            emptyPending = false;
            update();
        }
        return source | (fifos() ? IIR_FIFOS : 0);
    }

    private int lineStatus() {
        return (received.isEmpty() ? 0 : LSR_DATA)
                | (overrun ? LSR_OVERRUN : 0)
                | received.errors()
                | (sendingLength == 0 ? LSR_HOLDING_EMPTY | LSR_EMPTY : 0)
                | (fifos() && received.hasErrors() ? LSR_FIFO_ERROR : 0);
    }

    private int readLineStatus() {
        int status = lineStatus();
        overrun = false;
        received.clearErrors();
        update();
        return status;
    }

    private int readModemStatus() {
        int status = modemLines | modemDeltas;
        modemDeltas = 0;
        update();
        return status;
    }

    @Override
    public void write(long offset, int size, long written) {
        int value = (int) written;
        boolean divisorLatch = (lcr & LCR_DIVISOR) != 0;
        switch ((int) offset) {
            case RBR_THR -> {
                if (divisorLatch) {
                    divisor = divisor & 0xFF00 | value;
                } else {
                    transmit(value);
                }
            }
            case IER -> {
                if (divisorLatch) {
                    divisor = divisor & 0x00FF | value << 8;
                } else {
                    boolean wasOff = (ier & IER_EMPTY) == 0;
                    ier = value & 0x0F;
                    // Enabling it interrupts at once when the transmitter is empty.
                    emptyPending |= wasOff && (ier & IER_EMPTY) != 0 && sendingLength == 0;
                }
            }
            case IIR_FCR -> controlFifos(value);
            case LCR -> lcr = value;
            case MCR -> controlModem(value & 0x1F);
            case LSR, MSR -> {
                // Factory tests only.
            }
            default -> scratch = value;
        }
        update();
    }

    private void controlFifos(int value) {
        boolean toggles = ((value ^ fcr) & FCR_ENABLE) != 0;
        fcr = (value & FCR_ENABLE) != 0 ? value & 0xC1 : 0;
        received.setEnabled(fifos());
        if (toggles || (value & FCR_CLEAR_RECEIVER) != 0 && fifos()) {
            received.clear();
            timedOut = false;
            timer.disarm();
            if (moreWaits && chardev != null) {
                moreWaits = false;
                chardev.acceptInput();
            }
        }
        if (sendingLength > 0 && (toggles || (value & FCR_CLEAR_TRANSMITTER) != 0 && fifos())) {
            sendingLength = 0;
            emptyPending = true;
        }
    }

    /** In loopback the four outputs drive the four inputs (data sheet, "Modem control register"). */
    private void controlModem(int value) {
        mcr = value;
        if (loops()) {
            setModemLines((mcr & 0x02) << 3 | (mcr & 0x01) << 5 | (mcr & 0x0C) << 4);
        } else {
            setModemLines(LINES_ON);
        }
    }

    private void setModemLines(int lines) {
        int changed = (lines ^ modemLines) >> 4;
        // The ring indicator reports only its trailing edge.
        int ring = (modemLines & ~lines & MSR_RI) >> 4;
        modemLines = lines;
        modemDeltas |= changed & ~(MSR_RI >> 4) | ring;
    }

    private void transmit(int character) {
        emptyPending = false;
        if (loops()) {
            put(character, 0);
            emptyPending = true;
            return;
        }
        int places = fifos() ? ReceiveFifo.SIZE : 1;
        if (sendingLength < places) {
            sending[sendingLength++] = (byte) character;
        } else {
            sending[places - 1] = (byte) character;
        }
        send();
    }

    private void send() {
        int sent = chardev == null ? sendingLength : chardev.write(sending, 0, sendingLength);
        System.arraycopy(sending, sent, sending, 0, sendingLength - sent);
        sendingLength -= sent;
        emptyPending |= sendingLength == 0;
    }

    // --- the line's side ---

    @Override
    public int receive(byte[] data, int offset, int length) {
        if (loops()) {
            // The receiver is off the line.
            moreWaits = true;
            return 0;
        }
        int taken = Math.min(length, received.room());
        for (int i = 0; i < taken; i++) {
            put(data[offset + i], 0);
        }
        moreWaits = taken < length;
        if (taken > 0) {
            wakeup.run();
            update();
        }
        return taken;
    }

    @Override
    public void lineBreak() {
        if (!loops()) {
            put(0, LSR_BREAK);
            update();
        }
    }

    @Override
    public void writable() {
        if (sendingLength > 0) {
            send();
            update();
        }
    }

    private void put(int character, int errors) {
        if (!received.add(character, errors)) {
            overrun = true;
        }
        timedOut = false;
        startTimeout();
    }

    /** Four character times after the last movement, what is in the FIFO is reported whatever the trigger level. */
    private void startTimeout() {
        if (fifos() && !received.isEmpty()) {
            timer.arm(clock.nanos() + 4 * characterNanos());
        } else {
            timer.disarm();
        }
    }

    private long characterNanos() {
        int bits = 1 + 5 + (lcr & 3) + ((lcr & LCR_PARITY) != 0 ? 1 : 0) + ((lcr & LCR_STOP_BITS) != 0 ? 2 : 1);
        return bits * Math.max(1, divisor) * SECOND / BASE_BAUD;
    }

    private void timeOut() {
        timedOut = !received.isEmpty();
        update();
    }

    /** The interrupt of the highest priority, as the IIR shows it. */
    private int interrupt() {
        boolean errors = overrun || (received.errors() & LSR_ERRORS) != 0;
        if ((ier & IER_LINE) != 0 && errors) {
            return IIR_LINE;
        }
        int trigger = fifos() ? TRIGGERS[fcr >> 6] : 1;
        if ((ier & IER_DATA) != 0 && received.size() >= trigger) {
            return IIR_DATA;
        }
        if ((ier & IER_DATA) != 0 && timedOut) {
            return IIR_TIMEOUT;
        }
        if ((ier & IER_EMPTY) != 0 && emptyPending) {
            return IIR_EMPTY;
        }
        if ((ier & IER_MODEM) != 0 && modemDeltas != 0) {
            return IIR_MODEM;
        }
        return IIR_NONE;
    }

    private void update() {
        irq.set(interrupt() != IIR_NONE && (mcr & MCR_OUT2) != 0 && !loops());
    }

    /** Values of the data sheet's table "Reset configuration"; the divisor, undefined there, is that of 9600 baud. */
    @Override
    public void reset() {
        ier = 0;
        lcr = 0;
        mcr = 0;
        scratch = 0;
        divisor = 12;
        fcr = 0;
        overrun = false;
        modemLines = LINES_ON;
        modemDeltas = 0;
        received.setEnabled(false);
        received.clear();
        sendingLength = 0;
        emptyPending = false;
        timedOut = false;
        timer.disarm();
        if (moreWaits && chardev != null) {
            moreWaits = false;
            chardev.acceptInput();
        }
        update();
    }

    @Override
    public State save() {
        return new State(
                ier,
                lcr,
                mcr,
                scratch,
                divisor,
                fcr,
                overrun,
                modemLines,
                modemDeltas,
                received.save(),
                IntStream.range(0, sendingLength)
                        .mapToObj(i -> sending[i] & 0xFF)
                        .toList(),
                emptyPending,
                timedOut,
                timer.deadline());
    }

    @Override
    public void restore(State state) {
        ier = state.ier;
        lcr = state.lcr;
        mcr = state.mcr;
        scratch = state.scratch;
        divisor = state.divisor;
        fcr = state.fcr;
        overrun = state.overrun;
        modemLines = state.modemLines;
        modemDeltas = state.modemDeltas;
        received.setEnabled(fifos());
        received.restore(state.received);
        sendingLength = state.sending.size();
        for (int i = 0; i < sendingLength; i++) {
            sending[i] = state.sending.get(i).byteValue();
        }
        emptyPending = state.emptyPending;
        timedOut = state.timedOut;
        timer.arm(state.timeout);
        writable();
        update();
    }

    @Override
    public void close() {
        ports.remove(region);
        timer.disarm();
        irq.set(false);
        if (chardev != null) {
            chardev.detach(this);
        }
    }
}
