package org.margay.cpu.internal.apic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/** A processor's local APIC (SDM vol. 3, chapter 11), as registers in memory or as MSRs. Under the machine lock. */
public final class LocalApic implements Device<ApicState>, IoHandler {
    /** IA32_APIC_BASE (SDM vol. 3, 11.4.4): boot processor, x2APIC, enable. */
    public static final long BASE_BSP = 1 << 8, BASE_X2APIC = 1 << 10, BASE_ENABLED = 1 << 11;

    static final long BASE_WRITABLE = 0xFF_FFFF_F000L | BASE_ENABLED | BASE_X2APIC;
    static final int LOCAL_VECTORS = 6;

    private static final long RESET_BASE = 0xFEE0_0000L;
    private static final int TIMER = 0, LINT0 = 3, LINT1 = 4, ERROR = 5;

    // Registers by their offset / 16 (SDM vol. 3, table 11-1).
    static final int ID = 0x02, VERSION = 0x03, TPR = 0x08, APR = 0x09, PPR = 0x0A, EOI = 0x0B, RRD = 0x0C;
    static final int LDR = 0x0D, DFR = 0x0E, SVR = 0x0F, ISR = 0x10, TMR = 0x18, IRR = 0x20, ESR = 0x28;
    static final int ICR_LOW = 0x30, ICR_HIGH = 0x31, LVT = 0x32;
    static final int INITIAL_COUNT = 0x38, CURRENT_COUNT = 0x39, DIVIDE = 0x3E;

    /** Integrated APIC with six local vectors. */
    private static final int VERSION_VALUE = 0x14 | LOCAL_VECTORS - 1 << 16;

    private static final int SOFTWARE_ENABLED = 1 << 8;
    private static final int MASKED = 1 << 16, LEVEL_TRIGGERED = 1 << 15, REMOTE_IRR = 1 << 14, LOW_ACTIVE = 1 << 13;
    private static final int MODE = 7 << 8, TIMER_MODE = 3 << 17;
    private static final int LEVEL_ASSERT = 1 << 14, COMMAND_LOGICAL = 1 << 11, COMMAND_WRITABLE = 0xC_CFFF;
    private static final int SEND_ILLEGAL_VECTOR = 1 << 5, RECEIVED_ILLEGAL_VECTOR = 1 << 6, ILLEGAL_REGISTER = 1 << 7;

    private final int initialId;
    private final boolean bootProcessor;
    private final MemoryRegion space;
    private final MemoryRegion region;
    private final ApicNetwork network;
    private final ApicOutput output;
    private final ApicTimer timer;
    private IntConsumer endOfInterrupt = vector -> {};

    private long base;
    private int id;
    private int taskPriority;
    private int logicalDestination;
    private int destinationFormat;
    private int spurious;
    private final int[] localVectors = new int[LOCAL_VECTORS];
    private final VectorSet inService = new VectorSet();
    private final VectorSet trigger = new VectorSet();
    private final VectorSet requested = new VectorSet();
    private int errors;
    private int newErrors;
    private int commandLow;
    private int commandHigh;
    private boolean lint0;
    private boolean toldPending;

    /**
     * Makes an APIC in its reset state and maps it.
     *
     * @param id 0-254
     * @param bootProcessor as IA32_APIC_BASE says
     * @param space where its page shows, over what else is there
     */
    public LocalApic(
            int id, boolean bootProcessor, Clock clock, MemoryRegion space, ApicNetwork network, ApicOutput output) {
        this.initialId = id;
        this.bootProcessor = bootProcessor;
        this.space = space;
        this.network = network;
        this.output = output;
        this.timer = new ApicTimer(clock, () -> raiseLocal(TIMER));
        this.region = MemoryRegion.io("apic", 0x1000, AccessSizes.ONLY_4, this);
        network.join(this);
        reset();
    }

    /** Who is told the vector when a level-triggered interrupt ends. */
    public void onEndOfInterrupt(IntConsumer listener) {
        endOfInterrupt = listener;
    }

    /** Power-on values (SDM vol. 3, 11.4.7.1). */
    @Override
    public void reset() {
        id = initialId;
        setBase(RESET_BASE | BASE_ENABLED | (bootProcessor ? BASE_BSP : 0));
        init();
    }

    /** What INIT does: as reset, but id and base stay (SDM vol. 3, 11.4.7.3). */
    public void init() {
        taskPriority = 0;
        logicalDestination = 0;
        destinationFormat = -1;
        spurious = 0xFF;
        Arrays.fill(localVectors, MASKED);
        if (bootProcessor) {
            // A PC's firmware programs virtual-wire mode; done here as well, so that a kernel started without firmware
            // has it.
            localVectors[LINT0] = DeliveryMode.EXTERNAL.ordinal() << 8;
        }
        inService.clear();
        trigger.clear();
        requested.clear();
        errors = 0;
        newErrors = 0;
        commandLow = 0;
        commandHigh = 0;
        timer.reset();
        update();
    }

    @Override
    public void close() {
        timer.close();
        space.remove(region);
        network.leave(this);
        toldPending = false;
        output.interrupt(false);
    }

    // --- IA32_APIC_BASE ---

    public long base() {
        return base;
    }

    /**
     * Moves, enables or disables the APIC.
     *
     * @return false for a value that WRMSR refuses: reserved bits, or an impossible change of mode
     */
    public boolean writeBase(long value, boolean x2ApicExists) {
        boolean x2 = (value & BASE_X2APIC) != 0;
        boolean enabled = (value & BASE_ENABLED) != 0;
        boolean leavesX2 = (base & BASE_X2APIC) != 0 && enabled && !x2;
        boolean skipsXApic = x2 && (base & BASE_ENABLED) == 0;
        if ((value & ~(BASE_WRITABLE | BASE_BSP)) != 0 || x2 && !(x2ApicExists && enabled) || leavesX2 || skipsXApic) {
            return false;
        }
        boolean wasEnabled = isGloballyEnabled();
        boolean wasX2 = isX2Apic();
        setBase(value & BASE_WRITABLE | base & BASE_BSP);
        if (wasEnabled && !enabled) {
            init();
        }
        if (!wasX2 && x2) {
            id = initialId;
            logicalDestination = (initialId >>> 4) << 16 | 1 << (initialId & 15);
            destinationFormat = -1;
        } else if (wasX2 && !x2) {
            logicalDestination = 0;
        }
        update();
        return true;
    }

    private void setBase(long value) {
        base = value;
        space.remove(region);
        if ((value & (BASE_ENABLED | BASE_X2APIC)) == BASE_ENABLED) {
            space.add(region, value & 0xFF_FFFF_F000L, 0x1000);
        }
    }

    public boolean isGloballyEnabled() {
        return (base & BASE_ENABLED) != 0;
    }

    public boolean isX2Apic() {
        return (base & BASE_X2APIC) != 0;
    }

    /** Enabled globally and by the spurious vector register. */
    boolean isEnabled() {
        return isGloballyEnabled() && (spurious & SOFTWARE_ENABLED) != 0;
    }

    // --- registers ---

    @Override
    public long read(long offset, int size) {
        return (offset & 0xF) == 0 ? network.seenHere(this).readRegister((int) offset >>> 4) & 0xFFFF_FFFFL : 0;
    }

    @Override
    public void write(long offset, int size, long value) {
        if ((offset & 0xF) == 0) {
            network.seenHere(this).writeRegister((int) offset >>> 4, (int) value);
        }
    }

    /** The calling thread is this APIC's processor: it sees this one where all have their registers. */
    public void belongsToThisThread() {
        network.belongsToThisThread(this);
    }

    int readRegister(int register) {
        if (register >= ISR && register < ESR) {
            return vectors(register).register(register & 7);
        }
        if (register >= LVT && register < LVT + LOCAL_VECTORS) {
            return localVectors[register - LVT];
        }
        return switch (register) {
            case ID -> isX2Apic() ? id : id << 24;
            case VERSION -> VERSION_VALUE;
            case TPR -> taskPriority;
            case PPR -> processorPriority();
            case LDR -> logicalDestination;
            case DFR -> destinationFormat;
            case SVR -> spurious;
            case ESR -> errors;
            case ICR_LOW -> commandLow;
            case ICR_HIGH -> commandHigh;
            case INITIAL_COUNT -> timer.initialCount();
            case CURRENT_COUNT -> timer.currentCount();
            case DIVIDE -> timer.divide();
            case APR, EOI, RRD -> 0;
            default -> {
                error(ILLEGAL_REGISTER);
                yield 0;
            }
        };
    }

    private VectorSet vectors(int register) {
        return register < TMR ? inService : register < IRR ? trigger : requested;
    }

    void writeRegister(int register, int value) {
        if (register >= LVT && register < LVT + LOCAL_VECTORS) {
            writeLocalVector(register - LVT, value);
            return;
        }
        switch (register) {
            case ID -> id = value >>> 24;
            case TPR -> setTaskPriority(value & 0xFF);
            case EOI -> endInterrupt();
            case LDR -> logicalDestination = value & 0xFF00_0000;
            case DFR -> destinationFormat = value | 0x0FFF_FFFF;
            case SVR -> writeSpurious(value);
            case ESR -> {
                errors = newErrors;
                newErrors = 0;
            }
            case ICR_LOW -> {
                commandLow = value & COMMAND_WRITABLE;
                send();
            }
            case ICR_HIGH -> commandHigh = isX2Apic() ? value : value & 0xFF00_0000;
            case INITIAL_COUNT -> timer.setInitialCount(value);
            case DIVIDE -> timer.setDivide(value);
            case VERSION, APR, PPR, RRD, CURRENT_COUNT -> {}
            default -> {
                if (register < ISR || register >= ESR) {
                    error(ILLEGAL_REGISTER);
                }
            }
        }
    }

    private void writeSpurious(int value) {
        spurious = value & 0x1FF;
        if ((spurious & SOFTWARE_ENABLED) == 0) {
            for (int i = 0; i < LOCAL_VECTORS; i++) {
                localVectors[i] |= MASKED;
            }
        }
        update();
    }

    private void writeLocalVector(int index, int value) {
        int kept = index == LINT0 || index == LINT1 ? localVectors[index] & REMOTE_IRR : 0;
        int next = value & localVectorBits(index) & ~REMOTE_IRR | kept;
        localVectors[index] = (spurious & SOFTWARE_ENABLED) == 0 ? next | MASKED : next;
        if (index == TIMER) {
            timer.setMode((value & TIMER_MODE) >>> 17);
        }
        update();
    }

    /** Bits of a local vector that exist (SDM vol. 3, figure 11-8). */
    static int localVectorBits(int index) {
        return switch (index) {
            case TIMER -> 0xFF | MASKED | TIMER_MODE;
            case LINT0, LINT1 -> 0xFF | MODE | LOW_ACTIVE | REMOTE_IRR | LEVEL_TRIGGERED | MASKED;
            case ERROR -> 0xFF | MASKED;
            default -> 0xFF | MODE | MASKED;
        };
    }

    // --- priorities (SDM vol. 3, 11.8.3) ---

    /** The whole register, 0-255; CR8 has its bits 4-7. */
    public int taskPriority() {
        return taskPriority;
    }

    public void setTaskPriority(int value) {
        taskPriority = value;
        update();
    }

    int processorPriority() {
        int served = inService.highest();
        return served < 0 || (taskPriority & 0xF0) >= (served & 0xF0) ? taskPriority : served & 0xF0;
    }

    public int id() {
        return id;
    }

    // --- accepting interrupts ---

    /** Whether a destination field means this APIC (SDM vol. 3, 11.6.2). */
    boolean isMeant(int destination, boolean logical) {
        if (isX2Apic()) {
            if (destination == -1 || destination == 0xFF) {
                return true;
            }
            return logical
                    ? (destination ^ logicalDestination) >>> 16 == 0 && (destination & logicalDestination & 0xFFFF) != 0
                    : destination == id;
        }
        if (!logical) {
            return destination == 0xFF || destination == id;
        }
        int own = logicalDestination >>> 24;
        if (destinationFormat >>> 28 == 0xF) {
            return (own & destination) != 0;
        }
        boolean cluster = destination >>> 4 == 0xF || destination >>> 4 == own >>> 4;
        return cluster && (own & destination & 0xF) != 0;
    }

    /**
     * A message of the I/O APIC or an MSI (SDM vol. 3, 11.11).
     *
     * @return whether it is meant for this APIC, which could take it
     */
    public boolean deliver(int destination, boolean logical, DeliveryMode mode, int vector, boolean level) {
        return isMeant(destination, logical) && accept(mode, vector, level);
    }

    /**
     * Takes an interrupt that is meant for this APIC.
     *
     * @return whether it could
     */
    boolean accept(DeliveryMode mode, int vector, boolean level) {
        switch (mode) {
            case FIXED, LOWEST_PRIORITY -> {
                if (!isEnabled()) {
                    return false;
                }
                request(vector & 0xFF, level);
            }
            case NMI -> output.nmi();
            case INIT -> output.init();
            case START_UP -> output.startUp(vector & 0xFF);
            case EXTERNAL -> {
                // A message can't tell the controller's level: the wire does.
                return false;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void request(int vector, boolean level) {
        if (vector < 16) {
            error(RECEIVED_ILLEGAL_VECTOR);
            return;
        }
        requested.add(vector);
        if (level) {
            trigger.add(vector);
        } else {
            trigger.remove(vector);
        }
        update();
    }

    /** The INTR wire of the interrupt controller, which ends in LINT0. */
    public void setLint0(boolean high) {
        boolean rises = high && !lint0;
        lint0 = high;
        int vector = localVectors[LINT0];
        if (isGloballyEnabled() && (vector & MASKED) == 0 && DeliveryMode.of(vector) != DeliveryMode.EXTERNAL) {
            boolean level = (vector & LEVEL_TRIGGERED) != 0;
            if (rises) {
                accept(DeliveryMode.of(vector), vector & 0xFF, level);
            }
        }
        update();
    }

    /** The upper half of the interrupt command, a 32-bit destination with x2APIC. */
    void setCommandHigh(int value) {
        commandHigh = value;
    }

    /** A pulse on LINT1, the NMI wire; straight to the processor when the APIC is off. */
    public void pulseLint1() {
        if (isGloballyEnabled()) {
            raiseLocal(LINT1);
        } else {
            output.nmi();
        }
    }

    private void raiseLocal(int index) {
        int vector = localVectors[index];
        if ((vector & MASKED) == 0) {
            boolean fixedOnly = index == TIMER || index == ERROR;
            accept(fixedOnly ? DeliveryMode.FIXED : DeliveryMode.of(vector), vector & 0xFF, false);
        }
    }

    /** The interrupt controller asks through LINT0, or directly when the APIC is off. */
    private boolean isExternalPending() {
        if (!lint0 || !isGloballyEnabled()) {
            return lint0;
        }
        int vector = localVectors[LINT0];
        return (vector & MASKED) == 0 && DeliveryMode.of(vector) == DeliveryMode.EXTERNAL;
    }

    private boolean isFixedPending() {
        return isEnabled() && (requested.highest() & ~0xF) > (processorPriority() & 0xF0);
    }

    private void update() {
        boolean pending = isFixedPending() || isExternalPending();
        if (pending != toldPending) {
            toldPending = pending;
            output.interrupt(pending);
        }
    }

    /** {@link #acknowledge}: nothing is pending any more; or the interrupt controller shall be asked. */
    public static final int NONE = -1, ASK_CONTROLLER = -2;

    /**
     * The processor takes an interrupt.
     *
     * @return its vector, {@link #NONE} or {@link #ASK_CONTROLLER}
     */
    public int acknowledge() {
        if (isFixedPending()) {
            int vector = requested.highest();
            requested.remove(vector);
            inService.add(vector);
            update();
            return vector;
        }
        return isExternalPending() ? ASK_CONTROLLER : NONE;
    }

    private void endInterrupt() {
        int vector = inService.highest();
        if (vector < 0) {
            return;
        }
        inService.remove(vector);
        if (trigger.contains(vector)) {
            endOfInterrupt.accept(vector);
        }
        update();
    }

    private void error(int bit) {
        newErrors |= bit;
        int vector = localVectors[ERROR];
        // An illegal error vector would report itself for ever.
        if ((vector & MASKED) == 0 && (vector & 0xFF) >= 16) {
            raiseLocal(ERROR);
        }
    }

    // --- interrupt command (SDM vol. 3, 11.6.1) ---

    private void send() {
        DeliveryMode mode = DeliveryMode.of(commandLow);
        boolean level = (commandLow & LEVEL_TRIGGERED) != 0;
        if (mode == DeliveryMode.INIT && level && (commandLow & LEVEL_ASSERT) == 0) {
            return; // "INIT level de-assert" only synchronised arbitration of old APICs
        }
        int vector = commandLow & 0xFF;
        if (vector < 16 && (mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY)) {
            error(SEND_ILLEGAL_VECTOR);
            return;
        }
        switch (commandLow >>> 18 & 3) {
            case 0 -> {
                int destination = isX2Apic() ? commandHigh : commandHigh >>> 24;
                network.deliver(destination, (commandLow & COMMAND_LOGICAL) != 0, mode, vector, false);
            }
            case 1 -> accept(mode, vector, false);
            case 2 -> network.broadcast(this, true, mode, vector, false);
            default -> network.broadcast(this, false, mode, vector, false);
        }
    }

    // --- TSC deadline (SDM vol. 3, 11.5.4.1) ---

    /** Nanoseconds of the clock, or -1 when not armed. */
    public long timerDeadline() {
        return timer.deadline();
    }

    /** @param nanos of the clock; 0 or less disarms */
    public void setTimerDeadline(long nanos) {
        timer.setDeadline(nanos);
    }

    public boolean isDeadlineMode() {
        return timer.isDeadlineMode();
    }

    // --- saved state ---

    @Override
    public ApicState save() {
        List<Integer> vectors = new ArrayList<>();
        for (int vector : localVectors) {
            vectors.add(vector);
        }
        return new ApicState(
                base,
                id,
                taskPriority,
                logicalDestination,
                destinationFormat,
                spurious,
                vectors,
                inService.save(),
                trigger.save(),
                requested.save(),
                errors,
                newErrors,
                commandLow,
                commandHigh,
                timer.initialCount(),
                timer.divide(),
                timer.start(),
                timer.deadline(),
                timer.isCounting(),
                lint0);
    }

    @Override
    public void restore(ApicState state) {
        setBase(state.base());
        id = state.id();
        taskPriority = state.taskPriority();
        logicalDestination = state.logicalDestination();
        destinationFormat = state.destinationFormat();
        spurious = state.spurious();
        for (int i = 0; i < LOCAL_VECTORS; i++) {
            localVectors[i] = state.localVectors().get(i);
        }
        inService.restore(state.inService());
        trigger.restore(state.trigger());
        requested.restore(state.requested());
        errors = state.errors();
        newErrors = state.newErrors();
        commandLow = state.commandLow();
        commandHigh = state.commandHigh();
        lint0 = state.lint0();
        timer.restore(
                (localVectors[TIMER] & TIMER_MODE) >>> 17,
                state.initialCount(),
                state.divide(),
                state.timerStart(),
                state.deadline(),
                state.counting());
        update();
    }
}
