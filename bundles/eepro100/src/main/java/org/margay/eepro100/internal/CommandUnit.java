package org.margay.eepro100.internal;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.pci.PciDma;
import org.margay.pci.PciFunction;

/**
 * Carries out the list of command blocks (8255x manual, sections 6.4.1, 6.4.2 and 6.5.3). Works on some at once, on the thread of
 * the guest's write; a list that goes on is looked at again after a while, as it may be a ring without an end.
 */
final class CommandUnit {
    /** What the unit does. */
    enum Activity {
        IDLE(0),
        SUSPENDED(1),
        ACTIVE(2);

        private final int code;

        Activity(int code) {
            this.code = code;
        }

        /** As the status byte has it. */
        int code() {
            return code;
        }
    }

    /** Bytes of the chip's registers that are dumped. */
    static final int DUMP_SIZE = 596;

    private static final int LINK = 0x04;
    private static final int BODY = 0x08;
    private static final int MULTICAST_LIST = 0x0A;
    private static final int MULTICAST_COUNT_MASK = 0x3FFF;

    /** Bits of a command word. */
    private static final int END = 1 << 15;

    private static final int SUSPEND = 1 << 14;
    private static final int INTERRUPT = 1 << 13;
    private static final int DELAY_SHIFT = 8;
    private static final int DELAY_MASK = 0x1F;
    private static final int COMMAND = 7;
    /** With {@link TransmitCommand#FLEXIBLE}: transmit with offloads. */
    private static final int OFFLOAD = 1;

    private static final int NO_OPERATION = 0;
    private static final int SET_STATION = 1;
    private static final int CONFIGURE = 2;
    private static final int SET_MULTICAST = 3;
    private static final int TRANSMIT = 4;
    private static final int LOAD_MICROCODE = 5;
    private static final int DUMP = 6;

    private static final int STATUS_COMPLETE = 1 << 15;
    private static final int STATUS_OK = 1 << 13;

    /** Blocks worked on at once, and bytes sent, but for the packet that goes beyond. */
    private static final int BATCH = 256;

    private static final int BATCH_BYTES = 512 << 10;
    private static final long PAUSE_NANOS = 50_000;

    /**
     * Where the unit is.
     *
     * @param base added to all offsets
     * @param next offset of the next block
     * @param last address of the block that was done last
     * @param pause when an active unit goes on, or {@link Timer#NEVER}
     */
    record State(Activity activity, int base, int next, int last, long pause) {
        State {
            if (activity == null) {
                throw new IllegalArgumentException("command unit without a state");
            }
        }
    }

    private final PciFunction pci;
    private final Clock clock;
    private final Generation generation;
    private final Configuration configuration;
    private final AddressFilter filter;
    private final Counters counters;
    private final ScbInterrupts interrupts;
    private final Wire wire;
    private final TransmitCommand transmit;
    private final Timer timer;
    private Activity activity = Activity.IDLE;
    private int base;
    private int next;
    private int last;
    private boolean working;
    /** The other side has no room. */
    private boolean waiting;
    /** Bytes sent in this run. */
    private int sent;

    CommandUnit(
            PciFunction pci,
            Clock clock,
            Generation generation,
            Configuration configuration,
            AddressFilter filter,
            Counters counters,
            ScbInterrupts interrupts,
            Wire wire) {
        this.pci = pci;
        this.clock = clock;
        this.generation = generation;
        this.configuration = configuration;
        this.filter = filter;
        this.counters = counters;
        this.interrupts = interrupts;
        this.wire = wire;
        transmit = new TransmitCommand(pci.dma(), configuration, filter);
        timer = clock.timer(this::work);
    }

    Activity activity() {
        return activity;
    }

    void loadBase(int value) {
        base = value;
    }

    /** Begins a list. */
    void start(int offset) {
        if (activity == Activity.ACTIVE) {
            return;
        }
        next = offset;
        activate();
    }

    /** Goes on behind the last block, if the driver took its S bit back. */
    void resume() {
        if (activity == Activity.SUSPENDED && (command(last & 0xFFFF_FFFFL) & SUSPEND) == 0) {
            activate();
        }
    }

    private void activate() {
        interrupts.active();
        activity = Activity.ACTIVE;
        work();
    }

    /** There is room again, or whatever was in the way may be gone. */
    void resumeWork() {
        waiting = false;
        work();
    }

    private boolean busy() {
        return activity == Activity.ACTIVE && !waiting && pci.busMaster();
    }

    /** Works on a batch of blocks. */
    void work() {
        if (working || timer.armed() || !busy()) {
            return;
        }
        working = true;
        sent = 0;
        for (int i = 0; i < BATCH && sent < BATCH_BYTES && busy(); i++) {
            block();
        }
        working = false;
        if (busy()) {
            timer.arm(clock.nanos() + PAUSE_NANOS);
        }
    }

    private int command(long block) {
        return pci.dma().readWord(block + 2);
    }

    private void block() {
        PciDma dma = pci.dma();
        long block = base + next & 0xFFFF_FFFFL;
        int command = command(block);
        int link = dma.readInt(block + LINK);
        carryOut(block, command);
        // Whoever sees the command complete may use its buffers.
        VarHandle.storeStoreFence();
        dma.writeWord(block, STATUS_COMPLETE | STATUS_OK);
        last = (int) block;
        next = link;
        if ((command & INTERRUPT) != 0) {
            interrupts.raise(ScbInterrupts.CX);
        }
        // The driver may have taken the S bit back meanwhile, to add to the list.
        int after = command(block);
        int delay = generation.atLeast(Generation.I82558) ? command >>> DELAY_SHIFT & DELAY_MASK : 0;
        if ((after & END) != 0) {
            activity = Activity.IDLE;
            interrupts.raiseNotActive(delay);
        } else if ((after & SUSPEND) != 0) {
            activity = Activity.SUSPENDED;
            if (configuration.tellsSuspension()) {
                interrupts.raiseNotActive(delay);
            }
        }
    }

    private void carryOut(long block, int command) {
        PciDma dma = pci.dma();
        int offload = TransmitCommand.FLEXIBLE | OFFLOAD;
        if (generation.atLeast(Generation.I82550) && (command & (TransmitCommand.FLEXIBLE | COMMAND)) == offload) {
            send(transmit.offloadFrame(block));
            return;
        }
        switch (command & COMMAND) {
            case SET_STATION -> filter.station(MacAddress.of(dma.read(block + BODY, MacAddress.LENGTH), 0));
            case CONFIGURE -> configuration.load(dma, block + BODY);
            case SET_MULTICAST ->
                filter.load(dma, block + MULTICAST_LIST, dma.readWord(block + BODY) & MULTICAST_COUNT_MASK);
            case TRANSMIT -> send(transmit.frame(block, command));
            case DUMP -> dump(dma.readInt(block + BODY) & 0xFFFF_FFFFL);
            // Microcode is for a processor that is not here; the self-diagnosis finds nothing wrong.
            case NO_OPERATION, LOAD_MICROCODE -> {}
            default -> {}
        }
    }

    private void send(@Nullable Frame frame) {
        if (frame == null) {
            return;
        }
        counters.count(Counters.TRANSMITTED);
        sent += frame.length();
        if (!wire.send(frame)) {
            waiting = true;
        }
    }

    /** Writes what there is of the chip's inner registers: configuration and addresses. */
    void dump(long address) {
        byte[] dump = new byte[DUMP_SIZE];
        System.arraycopy(configuration.bytes(), 0, dump, 0, Configuration.SIZE);
        System.arraycopy(filter.station().bytes(), 0, dump, Configuration.SIZE, MacAddress.LENGTH);
        pci.dma().write(address, dump, 0, DUMP_SIZE);
    }

    /** The list is forgotten. */
    void stop() {
        activity = Activity.IDLE;
        next = 0;
        last = 0;
        timer.disarm();
    }

    void reset() {
        stop();
        base = 0;
    }

    State save() {
        return new State(activity, base, next, last, timer.deadline());
    }

    /** What was left to do is done later, when all of the card is restored. */
    void restore(State state) {
        activity = state.activity;
        base = state.base;
        next = state.next;
        last = state.last;
        timer.arm(state.pause);
        wire.later(this::work);
    }

    void close() {
        timer.disarm();
    }
}
