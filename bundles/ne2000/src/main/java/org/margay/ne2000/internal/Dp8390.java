package org.margay.ne2000.internal;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.net.Frame;

/**
 * The network interface controller of an NE2000 (National DP8390D/NS32490D data sheet, "Register Descriptions", "Packet
 * Reception", "Packet Transmission"): three pages of registers, a ring of pages in the card's own memory for received
 * frames, and one frame at a time to send.
 */
final class Dp8390 {
    /** Registers of a page. */
    static final int REGISTERS = 16;

    private static final int SEQUENCE = 4;
    private static final int HEADER = 4;
    private static final int SHORTEST = 60;

    /** Pages of a frame of usual length with header and check sequence. */
    private static final int USUAL_PAGES = 6;

    /** Command register, the first in each page. */
    private static final int STOP = 1;

    private static final int START = 1 << 1;
    private static final int TRANSMIT = 1 << 2;
    private static final int REMOTE = 7 << 3;
    private static final int REMOTE_READ = 1 << 3;
    private static final int REMOTE_WRITE = 2 << 3;
    private static final int REMOTE_SEND_PACKET = 3 << 3;
    private static final int REMOTE_ABORT = 4 << 3;

    /** Interrupt status. */
    private static final int RECEIVED = 1;

    private static final int TRANSMITTED = 1 << 1;
    private static final int OVERWRITE = 1 << 4;
    private static final int COUNTER_HALF_FULL = 1 << 5;
    private static final int REMOTE_COMPLETE = 1 << 6;
    private static final int RESET_STATE = 1 << 7;
    private static final int INTERRUPTING = 0x7F;

    private static final int WORD_TRANSFER = 1;
    private static final int DATA_CONFIGURATION_AT_RESET = 0x08;
    private static final int LONG_ADDRESS = 1 << 2;
    private static final int DATA_CONFIGURATION = 0x7F;

    private static final int NO_SEQUENCE = 1;
    private static final int LOOPBACK = 3 << 1;
    private static final int TRANSMIT_CONFIGURATION = 0x1F;

    private static final int MONITOR = 1 << 5;
    private static final int RECEIVE_CONFIGURATION = 0x3F;

    /** Transmit status. */
    private static final int SENT = 1;

    private static final int CARRIER_LOST = 1 << 4;

    /** Receive status, in a register and in front of each frame. */
    private static final int GOOD = 1;

    private static final int MISSED = 1 << 4;
    private static final int GROUP = 1 << 5;
    private static final int DISABLED = 1 << 6;

    /** Counters stop here; they tell when they are two thirds full. */
    private static final int COUNTER_END = 192;

    private static final int COUNTER_WARNING = 0x80;
    private static final int COUNTERS = 3;

    /**
     * Frames that come in at once. Drivers look how far the ring is filled, take so many frames, and then acknowledge
     * them all: a frame that comes in between is overlooked until the next one. On a wire that is rare; here frames
     * come faster than any wire has them, and so wait for the acknowledgement.
     */
    private static final int BATCH = 8;

    /** Nanoseconds after which frames come in without acknowledgement: the driver may do without interrupts. */
    private static final long PATIENCE = 1_000_000;

    /** The card around it. */
    interface Board {
        void setInterrupt(boolean asserted);

        /** Takes a frame for the network; false when it waits until {@link #drained}. */
        boolean send(Frame frame);

        /** Says that there may be room for frames that wait. */
        void ready();

        boolean carrier();

        /** Registers that the card has of its own, in page 0 (10 and 11) and page 3. */
        int readOwn(int page, int register);

        void writeOwn(int page, int register, int value);
    }

    /**
     * All of the controller and its memory. Names are those of the registers.
     *
     * @param counters CNTR0 to CNTR2
     * @param addresses PAR and MAR
     * @param patience when frames come in without acknowledgement, or {@link Timer#NEVER}
     */
    record State(
            int command,
            int pageStart,
            int pageStop,
            int boundary,
            int currentPage,
            int transmitPage,
            int transmitCount,
            int interruptStatus,
            int interruptMask,
            int dataConfiguration,
            int transmitConfiguration,
            int receiveConfiguration,
            int transmitStatus,
            int receiveStatus,
            int[] counters,
            byte[] addresses,
            RemoteDma.State dma,
            byte[] memory,
            long patience) {
        State {
            int bytes = command
                    | pageStart
                    | pageStop
                    | boundary
                    | currentPage
                    | transmitPage
                    | interruptStatus
                    | transmitStatus
                    | receiveStatus;
            if (bytes >>> 8 != 0
                    || transmitCount >>> 16 != 0
                    || (interruptMask & ~INTERRUPTING) != 0
                    || (dataConfiguration & ~DATA_CONFIGURATION) != 0
                    || (transmitConfiguration & ~TRANSMIT_CONFIGURATION) != 0
                    || (receiveConfiguration & ~RECEIVE_CONFIGURATION) != 0
                    || counters.length != COUNTERS
                    || Arrays.stream(counters).anyMatch(count -> count < 0 || count > COUNTER_END)
                    || dma == null
                    || patience < 0) {
                throw new IllegalArgumentException("NE2000 registers of more than their bits");
            }
            counters = counters.clone();
            addresses = addresses.clone();
            memory = memory.clone();
        }
    }

    private final Board board;
    private final BufferMemory memory;
    private final RemoteDma dma;
    private final AddressFilter filter = new AddressFilter();
    private int command = STOP | REMOTE_ABORT;
    private int pageStart;
    private int pageStop;
    private int boundary;
    private int currentPage;
    private int transmitPage;
    private int transmitCount;
    private int interruptStatus;
    private int interruptMask;
    private int dataConfiguration;
    private int transmitConfiguration;
    private int receiveConfiguration;
    private int transmitStatus;
    private int receiveStatus;
    private final int[] counters = new int[COUNTERS];
    private final Clock clock;
    private final Timer patience;
    /** Frames that may come in now though those before are not acknowledged. */
    private int batch;

    Dp8390(Board board, BufferMemory memory, Clock clock) {
        this.board = board;
        this.clock = clock;
        this.patience = clock.timer(this::patienceEnds);
        this.memory = memory;
        this.dma = new RemoteDma(memory);
    }

    /** Power-on: all registers are zero but those of which the manual says otherwise. */
    void powerOn() {
        pageStart = 0;
        pageStop = 0;
        boundary = 0;
        currentPage = 0;
        transmitPage = 0;
        transmitCount = 0;
        dataConfiguration = DATA_CONFIGURATION_AT_RESET;
        transmitConfiguration = 0;
        receiveConfiguration = 0;
        transmitStatus = 0;
        receiveStatus = 0;
        Arrays.fill(counters, 0);
        for (int i = 0; i < AddressFilter.SIZE; i++) {
            filter.write(i, 0);
        }
        dma.setAddress(0);
        dma.setCount(0);
        reset();
    }

    /** What the reset pin does. */
    void reset() {
        command = STOP | REMOTE_ABORT;
        interruptStatus = RESET_STATE;
        interruptMask = 0;
        dataConfiguration &= ~LONG_ADDRESS;
        transmitConfiguration &= ~LOOPBACK;
        patience.disarm();
        update();
        letIn();
    }

    void close() {
        patience.disarm();
    }

    private void update() {
        board.setInterrupt((interruptStatus & interruptMask & INTERRUPTING) != 0);
    }

    private void raise(int bits) {
        interruptStatus |= bits;
        update();
    }

    int read(int register) {
        if (register == 0) {
            return command;
        }
        return switch (command >> 6) {
            case 0 -> readPage0(register);
            case 1 -> readPage1(register);
            case 2 -> readPage2(register);
            default -> board.readOwn(3, register);
        };
    }

    private int readPage0(int register) {
        return switch (register) {
            case 0x2 -> currentPage;
            case 0x3 -> boundary;
            case 0x4 -> transmitStatus;
            case 0x7 -> interruptStatus;
            case 0x8 -> dma.address() & 0xFF;
            case 0x9 -> dma.address() >>> 8;
            case 0xA, 0xB -> board.readOwn(0, register);
            case 0xC -> receiveStatus | ((receiveConfiguration & MONITOR) != 0 ? DISABLED : 0);
            case 0xD, 0xE, 0xF -> takeCounter(register - 0xD);
            default -> 0;
        };
    }

    private int takeCounter(int index) {
        int count = counters[index];
        counters[index] = 0;
        return count;
    }

    private int readPage1(int register) {
        return switch (register) {
            case 0x7 -> currentPage;
            default -> filter.read(register < 7 ? register - 1 : register - 2);
        };
    }

    private int readPage2(int register) {
        return switch (register) {
            case 0x1 -> pageStart;
            case 0x2 -> pageStop;
            case 0x4 -> transmitPage;
            case 0xC -> receiveConfiguration | 0xC0;
            case 0xD -> transmitConfiguration | 0xE0;
            case 0xE -> dataConfiguration | 0x80;
            case 0xF -> interruptMask | 0x80;
            default -> 0;
        };
    }

    void write(int register, int value) {
        if (register == 0) {
            setCommand(value);
            return;
        }
        switch (command >> 6) {
            case 0 -> writePage0(register, value);
            case 1 -> writePage1(register, value);
            case 2 -> {}
            default -> board.writeOwn(3, register, value);
        }
    }

    private void writePage0(int register, int value) {
        switch (register) {
            case 0x1 -> pageStart = value;
            case 0x2 -> pageStop = value;
            case 0x3 -> {
                boundary = value;
                roomMade();
            }
            case 0x4 -> transmitPage = value;
            case 0x5 -> transmitCount = transmitCount & 0xFF00 | value;
            case 0x6 -> transmitCount = transmitCount & 0xFF | value << 8;
            case 0x7 -> acknowledge(value & INTERRUPTING);
            case 0x8 -> dma.setAddress(dma.address() & 0xFF00 | value);
            case 0x9 -> dma.setAddress(dma.address() & 0xFF | value << 8);
            case 0xA -> dma.setCount(dma.count() & 0xFF00 | value);
            case 0xB -> dma.setCount(dma.count() & 0xFF | value << 8);
            case 0xC -> {
                receiveConfiguration = value & RECEIVE_CONFIGURATION;
                roomMade();
            }
            case 0xD -> transmitConfiguration = value & TRANSMIT_CONFIGURATION;
            case 0xE -> dataConfiguration = value & DATA_CONFIGURATION;
            case 0xF -> {
                interruptMask = value & INTERRUPTING;
                update();
            }
            default -> {}
        }
    }

    private void writePage1(int register, int value) {
        if (register == 0x7) {
            currentPage = value;
            roomMade();
        } else {
            filter.write(register < 7 ? register - 1 : register - 2, value);
        }
    }

    private void setCommand(int value) {
        command = value & ~TRANSMIT | command & TRANSMIT;
        if ((value & STOP) != 0) {
            interruptStatus |= RESET_STATE;
        } else if ((value & START) != 0) {
            interruptStatus &= ~RESET_STATE;
        }
        switch (value & REMOTE) {
            case REMOTE_READ, REMOTE_WRITE -> {
                if (dma.count() == 0) {
                    raise(REMOTE_COMPLETE);
                }
            }
            case REMOTE_SEND_PACKET -> sendPacket();
            default -> {}
        }
        if ((value & TRANSMIT) != 0 && (value & STOP) == 0) {
            transmit();
        }
        roomMade();
    }

    private void acknowledge(int bits) {
        boolean received = (interruptStatus & bits & RECEIVED) != 0;
        interruptStatus &= ~bits;
        update();
        if (received) {
            letIn();
        }
    }

    /** A remote read of the oldest frame in the ring. */
    private void sendPacket() {
        int packet = boundary << 8;
        dma.setAddress(packet);
        dma.setCount(memory.read(packet + 2) | memory.read(packet + 3) << 8);
    }

    // Remote DMA

    private int used(int size) {
        return (dataConfiguration & WORD_TRANSFER) != 0 ? Math.max(2, size) : size;
    }

    /** The data port is read; in words, a byte takes the other half of its word with it. */
    long readData(int size) {
        int remote = command & REMOTE;
        if (dma.count() == 0 || remote != REMOTE_READ && remote != REMOTE_SEND_PACKET) {
            return -1;
        }
        long value = dma.read(used(size), pageStart, pageStop);
        if (dma.count() == 0) {
            if (remote == REMOTE_SEND_PACKET) {
                boundary = memory.read((boundary << 8) + 1);
                roomMade();
            }
            raise(REMOTE_COMPLETE);
        }
        return value;
    }

    void writeData(int size, long value) {
        if (dma.count() == 0 || (command & REMOTE) != REMOTE_WRITE) {
            return;
        }
        dma.write(value, used(size), pageStart, pageStop);
        if (dma.count() == 0) {
            raise(REMOTE_COMPLETE);
        }
    }

    // Transmission

    /** A frame that has to wait for the network is not done before that. */
    private void transmit() {
        if ((command & TRANSMIT) != 0) {
            return;
        }
        command |= TRANSMIT;
        int sequence = (transmitConfiguration & NO_SEQUENCE) != 0 ? SEQUENCE : 0;
        byte[] bytes = new byte[Math.max(0, transmitCount - sequence)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) memory.read((transmitPage << 8) + i & 0xFFFF);
        }
        boolean toNetwork = (transmitConfiguration & LOOPBACK) == 0 && bytes.length >= Frame.HEADER;
        if (!toNetwork || board.send(new Frame(bytes))) {
            transmitted();
        }
    }

    private void transmitted() {
        command &= ~TRANSMIT;
        transmitStatus = SENT | (board.carrier() ? 0 : CARRIER_LOST);
        raise(TRANSMITTED);
    }

    /** The network has taken what waited. */
    void drained() {
        if ((command & TRANSMIT) != 0) {
            transmitted();
        }
    }

    // Reception

    /** Pages of the ring; 0 when registers make no ring. */
    private int ringPages() {
        boolean sound = pageStart < pageStop && currentPage >= pageStart && currentPage < pageStop;
        return sound ? pageStop - pageStart : 0;
    }

    /** Pages from the current one to the boundary. */
    private int freePages() {
        int pages = ringPages();
        int free = boundary - currentPage;
        return free > 0 ? Math.min(free, pages) : pages + free;
    }

    /**
     * Frames are held back while the ring is full or those before are not acknowledged, and lost while the controller
     * is stopped or only listens.
     */
    boolean canReceive() {
        boolean buffers = (command & STOP) == 0 && (receiveConfiguration & MONITOR) == 0;
        if (!buffers || ringPages() == 0) {
            return true;
        }
        boolean acknowledged = (interruptStatus & RECEIVED) == 0;
        boolean room = freePages() > USUAL_PAGES && (acknowledged || batch > 0);
        if (!room && !patience.armed()) {
            patience.arm(clock.nanos() + PATIENCE);
        }
        return room;
    }

    /** There may be room for frames now. */
    private void roomMade() {
        if ((interruptStatus & RECEIVED) == 0) {
            letIn();
        }
    }

    /**
     * A ring that is full though all was acknowledged holds frames that came in while the driver worked on those before. On a wire the
     * next one would tell it; here that one waits for room.
     */
    private void patienceEnds() {
        if (ringPages() != 0 && freePages() <= USUAL_PAGES) {
            raise(RECEIVED);
        }
        letIn();
    }

    private void letIn() {
        patience.disarm();
        batch = BATCH;
        board.ready();
        batch = 0;
    }

    void receive(Frame frame) {
        if ((command & STOP) != 0) {
            return;
        }
        byte[] bytes = frame.length() < SHORTEST ? Arrays.copyOf(frame.bytes(), SHORTEST) : frame.bytes();
        if (!filter.accepts(bytes, receiveConfiguration)) {
            return;
        }
        int pages = HEADER + bytes.length + SEQUENCE + 0xFF >> 8;
        if ((receiveConfiguration & MONITOR) != 0) {
            miss();
        } else if (pages >= freePages()) {
            receiveStatus = MISSED;
            miss();
            raise(OVERWRITE);
        } else {
            store(bytes, pages);
            batch = Math.max(0, batch - 1);
            raise(RECEIVED);
        }
    }

    private void miss() {
        int count = counters[COUNTERS - 1];
        counters[COUNTERS - 1] = Math.min(count + 1, COUNTER_END);
        if (count + 1 >= COUNTER_WARNING) {
            raise(COUNTER_HALF_FULL);
        }
    }

    private void store(byte[] bytes, int pages) {
        int next = currentPage + pages;
        if (next >= pageStop) {
            next -= ringPages();
        }
        receiveStatus = GOOD | ((bytes[0] & 1) != 0 ? GROUP : 0);
        int length = bytes.length + SEQUENCE;
        CRC32 crc = new CRC32();
        crc.update(bytes);
        int address = currentPage << 8;
        address = put(address, receiveStatus | next << 8 | length << 16, HEADER);
        for (byte octet : bytes) {
            address = put(address, octet, 1);
        }
        put(address, (int) crc.getValue(), SEQUENCE);
        currentPage = next;
    }

    /** Puts bytes into the ring, the lowest first; gives the address behind them. */
    private int put(int address, int value, int count) {
        int at = address;
        for (int i = 0; i < count; i++) {
            memory.write(at, value >>> (8 * i));
            at++;
            if (at == pageStop << 8) {
                at = pageStart << 8;
            }
        }
        return at;
    }

    State save() {
        return new State(
                command,
                pageStart,
                pageStop,
                boundary,
                currentPage,
                transmitPage,
                transmitCount,
                interruptStatus,
                interruptMask,
                dataConfiguration,
                transmitConfiguration,
                receiveConfiguration,
                transmitStatus,
                receiveStatus,
                counters,
                filter.save(),
                dma.save(),
                memory.save(),
                patience.deadline());
    }

    /** What waited for the network is with the network that was there then. */
    void restore(State state) {
        command = state.command;
        pageStart = state.pageStart;
        pageStop = state.pageStop;
        boundary = state.boundary;
        currentPage = state.currentPage;
        transmitPage = state.transmitPage;
        transmitCount = state.transmitCount;
        interruptStatus = state.interruptStatus;
        interruptMask = state.interruptMask;
        dataConfiguration = state.dataConfiguration;
        transmitConfiguration = state.transmitConfiguration;
        receiveConfiguration = state.receiveConfiguration;
        transmitStatus = state.transmitStatus;
        receiveStatus = state.receiveStatus;
        System.arraycopy(state.counters, 0, counters, 0, COUNTERS);
        filter.restore(state.addresses);
        dma.restore(state.dma);
        memory.restore(state.memory);
        if (state.patience == Timer.NEVER) {
            patience.disarm();
        } else {
            patience.arm(state.patience);
        }
        update();
        drained();
    }
}
