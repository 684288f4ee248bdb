package org.margay.pc.internal.interrupt;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.CpuPins;
import org.margay.machine.Device;
import org.margay.machine.InterruptPins;
import org.margay.machine.IrqLine;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * I/O advanced programmable interrupt controller (Intel 82093AA data sheet, order 290566): 24 pins, each with a redirection
 * entry that says how its interrupt reaches the processors. Pins are given as asserted or not, so the polarity bits change
 * nothing.
 */
public final class IoApic implements Device<IoApic.State>, IoHandler, ObjectNode, InterruptPins {
    public static final int PINS = 24;
    /** Default address, 4 KiB. */
    public static final long BASE = 0xFEC0_0000L;

    private static final int IOREGSEL = 0x00;
    private static final int IOWIN = 0x10;
    private static final int REGISTER_ID = 0;
    private static final int REGISTER_VERSION = 1;
    private static final int REGISTER_ARBITRATION = 2;
    private static final int REGISTER_TABLE = 0x10;
    /** Version 11h, highest entry 23. */
    private static final int VERSION = 0x11 | PINS - 1 << 16;

    private static final long LOGICAL = 1 << 11;
    private static final long REMOTE_IRR = 1 << 14;
    private static final long LEVEL = 1 << 15;
    private static final long MASKED = 1 << 16;
    /** Vector, delivery mode, destination mode, polarity, trigger mode, mask, destination (section 3.2.4). */
    private static final long WRITABLE = 0xFF00_0000_0001_AFFFL;

    /**
     * What the guest can see.
     *
     * @param select IOREGSEL
     * @param id bits 24 to 27 of the ID register
     * @param levels pins as driven
     * @param entries the redirection table
     */
    public record State(int select, int id, int levels, List<Long> entries) {
        public State {
            entries = List.copyOf(entries);
            if ((select & ~0xFF) != 0 || (id & ~0xF) != 0 || (levels & -1 << PINS) != 0) {
                throw new IllegalArgumentException("I/O APIC register of more than its bits");
            }
            if (entries.size() != PINS || entries.stream().anyMatch(entry -> (entry & ~(WRITABLE | REMOTE_IRR)) != 0)) {
                throw new IllegalArgumentException("I/O APIC redirection table");
            }
        }
    }

    private final MemoryRegion memory;
    private final List<CpuPins> processors;
    private final MemoryRegion region = MemoryRegion.io("ioapic", 0x1000, AccessSizes.ONLY_4, this);

    private int select;
    private int id;
    private int levels;
    private @Nullable Listener intercepted;
    private final long[] entries = new long[PINS];

    /**
     * Maps the registers at {@link #BASE}.
     *
     * @param processors any of them takes a message to all local APICs; the list may grow later
     */
    public IoApic(MemoryRegion memory, List<CpuPins> processors) {
        this.memory = memory;
        this.processors = processors;
        memory.add(region, BASE);
        reset();
    }

    /** The wire to a pin, 0 to 23. */
    public IrqLine pin(int number) {
        return high -> {
            if (intercepted != null) {
                intercepted.changed(number, high);
            } else {
                setInput(number, high);
            }
        };
    }

    @Override
    public void setInput(int pin, boolean high) {
        if (pin < 0 || pin >= PINS) {
            return;
        }
        int bit = 1 << pin;
        boolean rises = high && (levels & bit) == 0;
        levels = high ? levels | bit : levels & ~bit;
        if ((entries[pin] & LEVEL) != 0) {
            serviceLevel(pin);
        } else if (rises && (entries[pin] & MASKED) == 0) {
            // Edges on a masked pin are ignored (section 3.2.4, "Interrupt Mask").
            send(entries[pin]);
        }
    }

    @Override
    public void interceptInputs(@Nullable Listener listener) {
        intercepted = listener;
    }

    /** An I/O APIC has no output pins: it sends messages. */
    @Override
    public void interceptOutputs(@Nullable Listener listener) {}

    @Override
    public String typeName() {
        return "ioapic";
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return List.of(ObjectProperty.readOnly("id", "uint8", () -> id));
    }

    /** A processor says that it has ended a level-triggered interrupt of this vector. */
    public void endOfInterrupt(int vector) {
        for (int pin = 0; pin < PINS; pin++) {
            if ((entries[pin] & 0xFF) == vector && (entries[pin] & REMOTE_IRR) != 0) {
                entries[pin] &= ~REMOTE_IRR;
                serviceLevel(pin);
            }
        }
    }

    private void serviceLevel(int pin) {
        long entry = entries[pin];
        boolean asserted = (levels & 1 << pin) != 0;
        if (asserted && (entry & (LEVEL | REMOTE_IRR | MASKED)) == LEVEL && send(entry)) {
            entries[pin] |= REMOTE_IRR;
        }
    }

    private boolean send(long entry) {
        int mode = (int) (entry >> 8) & 7;
        int destination = (int) (entry >>> 56);
        return !processors.isEmpty()
                && processors
                        .getFirst()
                        .deliver(destination, (entry & LOGICAL) != 0, mode, (int) entry & 0xFF, (entry & LEVEL) != 0);
    }

    @Override
    public long read(long offset, int size) {
        return switch ((int) offset) {
            case IOREGSEL -> select;
            case IOWIN -> readRegister();
            default -> 0;
        };
    }

    private long readRegister() {
        int index = select - REGISTER_TABLE;
        if (index >= 0 && index < 2 * PINS) {
            return entries[index / 2] >>> 32 * (index % 2) & 0xFFFF_FFFFL;
        }
        return switch (select) {
            case REGISTER_ID, REGISTER_ARBITRATION -> (long) id << 24;
            case REGISTER_VERSION -> VERSION;
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset == IOREGSEL) {
            select = (int) value & 0xFF;
        } else if (offset == IOWIN) {
            writeRegister(value);
        }
    }

    private void writeRegister(long value) {
        int index = select - REGISTER_TABLE;
        if (select == REGISTER_ID) {
            id = (int) (value >> 24) & 0xF;
        } else if (index >= 0 && index < 2 * PINS) {
            int pin = index / 2;
            int shift = 32 * (index % 2);
            long writable = WRITABLE & 0xFFFF_FFFFL << shift;
            entries[pin] = entries[pin] & ~writable | value << shift & writable;
            if ((entries[pin] & LEVEL) == 0) {
                entries[pin] &= ~REMOTE_IRR;
            }
            serviceLevel(pin);
        }
    }

    /** Mask bits set, all else clear (section 3.2); the pins keep their levels. */
    @Override
    public void reset() {
        select = 0;
        id = 0;
        Arrays.fill(entries, MASKED);
    }

    @Override
    public State save() {
        return new State(select, id, levels, LongStream.of(entries).boxed().toList());
    }

    @Override
    public void restore(State state) {
        select = state.select;
        id = state.id;
        levels = state.levels;
        for (int pin = 0; pin < PINS; pin++) {
            entries[pin] = state.entries.get(pin);
        }
    }

    @Override
    public void close() {
        memory.remove(region);
    }
}
