package org.margay.pcnet.internal;

import java.util.Arrays;
import org.margay.pci.PciFunction;

/**
 * Control and status registers, and what they start (Am79C970A data sheet, "Control and Status Registers",
 * "Initialization", "Re-Initialization", "Suspend", "Stop"). Registers that only tell of the chip's inner work, such as
 * buffers that it has looked up, hold what is written.
 */
final class ControlRegisters {
    private static final int COUNT = 128;

    private static final int STATUS = 0;
    private static final int BLOCK_LOW = 1;
    private static final int BLOCK_HIGH = 2;
    private static final int MASK = 3;
    private static final int FEATURES = 4;
    private static final int EXTENDED = 5;
    private static final int LENGTHS = 6;
    private static final int LOGICAL_ADDRESS = 8;
    private static final int PHYSICAL_ADDRESS = 12;
    private static final int MODE = 15;
    private static final int BLOCK_LOW_ALIAS = 16;
    private static final int BLOCK_HIGH_ALIAS = 17;
    private static final int RECEIVE_BASE = 24;
    private static final int NEXT_RECEIVE = 26;
    private static final int CURRENT_RECEIVE = 28;
    private static final int TRANSMIT_BASE = 30;
    private static final int NEXT_TRANSMIT = 32;
    private static final int CURRENT_TRANSMIT = 34;
    private static final int POLL_INTERVAL = 47;
    private static final int STYLE = 58;
    private static final int RECEIVE_COUNTER = 72;
    private static final int TRANSMIT_COUNTER = 74;
    private static final int RECEIVE_LENGTH = 76;
    private static final int TRANSMIT_LENGTH = 78;
    private static final int FIFO_THRESHOLDS = 80;
    private static final int CHIP_LOW = 88;
    private static final int CHIP_HIGH = 89;
    private static final int MEMORY_TIMEOUT = 100;
    private static final int MISSED = 112;
    private static final int COLLISIONS = 114;

    /** Part 2621h of AMD. */
    private static final int CHIP_ID = 0x0262_1003;

    /** A 16-bit word of {@link Station#word}: where the logical address filter begins. */
    private static final int LOGICAL_WORD = 3;

    /**
     * Values.
     *
     * @param plain those that only hold what is written
     * @param lengths CSR6: logarithms of the rings' lengths as the initialization block had them
     */
    record State(
            int[] plain,
            int lengths,
            ChipStatus.State chip,
            Station.State station,
            Layout.State layout,
            Ring.State receiveRing,
            Ring.State transmitRing,
            int missed) {
        State {
            if (plain.length != COUNT
                    || Arrays.stream(plain).anyMatch(value -> value >>> 16 != 0)
                    || (lengths | missed) >>> 16 != 0
                    || chip == null
                    || station == null
                    || layout == null
                    || receiveRing == null
                    || transmitRing == null) {
                throw new IllegalArgumentException("PCnet control and status registers");
            }
            plain = plain.clone();
        }
    }

    private final PciFunction pci;
    private final ChipStatus chip;
    private final Station station;
    private final Layout layout;
    private final Receiver receiver;
    private final Transmitter transmitter;
    private final Runnable changed;
    private final int[] plain = new int[COUNT];
    private int lengths;

    /** @param changed called when the chip may have room for frames, or frames to send */
    ControlRegisters(
            PciFunction pci,
            ChipStatus chip,
            Station station,
            Layout layout,
            Receiver receiver,
            Transmitter transmitter,
            Runnable changed) {
        this.pci = pci;
        this.chip = chip;
        this.station = station;
        this.layout = layout;
        this.receiver = receiver;
        this.transmitter = transmitter;
        this.changed = changed;
    }

    /**
     * What a read of the reset register does.
     *
     * @param address the station's
     */
    void reset(byte[] address) {
        chip.reset();
        station.reset(address);
        receiver.reset();
        transmitter.reset();
        lengths = 0;
        Arrays.fill(plain, 0);
        plain[FIFO_THRESHOLDS] = 0x1410;
        plain[MEMORY_TIMEOUT] = 0x0200;
    }

    /** Clocks of the bus between two looks at the rings; 65536 at first. */
    int pollInterval() {
        return 0x1_0000 - plain[POLL_INTERVAL];
    }

    int read(int register) {
        SoftwareStyle style = layout.style();
        Ring receive = receiver.ring();
        Ring transmit = transmitter.ring();
        return switch (register) {
            case STATUS -> chip.status();
            case BLOCK_LOW, BLOCK_LOW_ALIAS -> half(layout.block(), 0);
            case BLOCK_HIGH, BLOCK_HIGH_ALIAS -> half(layout.block(), 1);
            case MASK -> chip.mask();
            case FEATURES -> chip.features();
            case EXTENDED -> chip.extended();
            case LENGTHS -> lengths;
            case LOGICAL_ADDRESS, LOGICAL_ADDRESS + 1, LOGICAL_ADDRESS + 2, LOGICAL_ADDRESS + 3 ->
                station.word(LOGICAL_WORD + register - LOGICAL_ADDRESS);
            case PHYSICAL_ADDRESS, PHYSICAL_ADDRESS + 1, PHYSICAL_ADDRESS + 2 ->
                station.word(register - PHYSICAL_ADDRESS);
            case MODE -> station.mode();
            case RECEIVE_BASE, RECEIVE_BASE + 1 -> half(receive.base(), register - RECEIVE_BASE);
            case NEXT_RECEIVE, NEXT_RECEIVE + 1 ->
                half(receive.addressOf(receive.after(receive.index()), style), register - NEXT_RECEIVE);
            case CURRENT_RECEIVE, CURRENT_RECEIVE + 1 ->
                half(receive.addressOf(receive.index(), style), register - CURRENT_RECEIVE);
            case TRANSMIT_BASE, TRANSMIT_BASE + 1 -> half(transmit.base(), register - TRANSMIT_BASE);
            case NEXT_TRANSMIT, NEXT_TRANSMIT + 1 ->
                half(transmit.addressOf(transmit.after(transmit.index()), style), register - NEXT_TRANSMIT);
            case CURRENT_TRANSMIT, CURRENT_TRANSMIT + 1 ->
                half(transmit.addressOf(transmit.index(), style), register - CURRENT_TRANSMIT);
            case STYLE -> style.register();
            case RECEIVE_COUNTER -> receive.counter();
            case TRANSMIT_COUNTER -> transmit.counter();
            case RECEIVE_LENGTH -> receive.length();
            case TRANSMIT_LENGTH -> transmit.length();
            case CHIP_LOW -> CHIP_ID & 0xFFFF;
            case CHIP_HIGH -> CHIP_ID >>> 16;
            case MISSED -> receiver.missed();
            default -> plain[register];
        };
    }

    private static int half(long address, int which) {
        return (int) (address >>> (16 * which)) & 0xFFFF;
    }

    private static long withHalf(long address, int which, int value) {
        return address & ~(0xFFFFL << (16 * which)) | (long) value << (16 * which);
    }

    void write(int register, int value) {
        switch (register) {
            case STATUS -> setStatus(value);
            case MASK -> chip.setMask(value);
            case FEATURES -> {
                chip.setFeatures(value);
                changed.run();
            }
            case EXTENDED -> {
                chip.setExtended(value);
                changed.run();
            }
            default -> {
                if (chip.quiet()) {
                    writeQuiet(register, value);
                }
            }
        }
    }

    /** Registers that can be written only while the chip is stopped or suspended. */
    private void writeQuiet(int register, int value) {
        Ring receive = receiver.ring();
        Ring transmit = transmitter.ring();
        switch (register) {
            case BLOCK_LOW, BLOCK_LOW_ALIAS -> layout.setBlock((int) withHalf(layout.block(), 0, value));
            case BLOCK_HIGH, BLOCK_HIGH_ALIAS -> layout.setBlock((int) withHalf(layout.block(), 1, value));
            case LOGICAL_ADDRESS, LOGICAL_ADDRESS + 1, LOGICAL_ADDRESS + 2, LOGICAL_ADDRESS + 3 ->
                station.setWord(LOGICAL_WORD + register - LOGICAL_ADDRESS, value);
            case PHYSICAL_ADDRESS, PHYSICAL_ADDRESS + 1, PHYSICAL_ADDRESS + 2 ->
                station.setWord(register - PHYSICAL_ADDRESS, value);
            case MODE -> station.setMode(value);
            case RECEIVE_BASE, RECEIVE_BASE + 1 ->
                receive.setBase(withHalf(receive.base(), register - RECEIVE_BASE, value));
            case TRANSMIT_BASE, TRANSMIT_BASE + 1 ->
                transmit.setBase(withHalf(transmit.base(), register - TRANSMIT_BASE, value));
            case STYLE -> layout.setStyle(SoftwareStyle.of(value));
            case RECEIVE_COUNTER -> receive.setCounter(value);
            case TRANSMIT_COUNTER -> transmit.setCounter(value);
            case RECEIVE_LENGTH -> receive.setLength(value);
            case TRANSMIT_LENGTH -> transmit.setLength(value);
            case LENGTHS, NEXT_RECEIVE, NEXT_RECEIVE + 1, CURRENT_RECEIVE, CURRENT_RECEIVE + 1 -> {}
            case NEXT_TRANSMIT, NEXT_TRANSMIT + 1, CURRENT_TRANSMIT, CURRENT_TRANSMIT + 1 -> {}
            case CHIP_LOW, CHIP_HIGH, MISSED, COLLISIONS -> {}
            default -> plain[register] = value;
        }
    }

    private void setStatus(int value) {
        chip.acknowledge(value);
        if ((value & ChipStatus.STOP) != 0) {
            chip.stop();
            receiver.setMissed(0);
            changed.run();
            return;
        }
        if ((value & ChipStatus.INITIALIZE) != 0 && !chip.is(ChipStatus.INITIALIZE)) {
            initialize();
        }
        if ((value & ChipStatus.START) != 0 && !chip.is(ChipStatus.START)) {
            start();
        }
        if ((value & ChipStatus.DEMAND) != 0 && chip.is(ChipStatus.TRANSMITTER_ON)) {
            chip.raise(ChipStatus.DEMAND);
        }
        changed.run();
    }

    private void initialize() {
        InitializationBlock block = InitializationBlock.read(pci.dma(), layout.style(), layout.block());
        station.set(block.mode(), block.addresses());
        receiver.ring().start(block.receiveRing(), block.receiveLength(), layout.style());
        transmitter.ring().start(block.transmitRing(), block.transmitLength(), layout.style());
        lengths = block.transmitLength() << 12 | block.receiveLength() << 8;
        chip.clear(ChipStatus.STOP);
        chip.raise(ChipStatus.INITIALIZE | ChipStatus.INITIALIZED);
    }

    private void start() {
        chip.clear(ChipStatus.STOP);
        chip.raise(ChipStatus.START
                | (station.is(Station.NO_RECEIVER) ? 0 : ChipStatus.RECEIVER_ON)
                | (station.is(Station.NO_TRANSMITTER) ? 0 : ChipStatus.TRANSMITTER_ON));
    }

    State save() {
        return new State(
                plain,
                lengths,
                chip.save(),
                station.save(),
                layout.save(),
                receiver.ring().save(),
                transmitter.ring().save(),
                receiver.missed());
    }

    void restore(State state) {
        System.arraycopy(state.plain, 0, plain, 0, COUNT);
        lengths = state.lengths;
        chip.restore(state.chip);
        station.restore(state.station);
        layout.restore(state.layout);
        receiver.ring().restore(state.receiveRing);
        transmitter.ring().restore(state.transmitRing);
        receiver.setMissed(state.missed);
    }
}
