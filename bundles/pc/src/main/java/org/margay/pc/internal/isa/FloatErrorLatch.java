package org.margay.pc.internal.isa;

import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * The coprocessor error register at F0h: FERR# raises IRQ 13, and any write takes it back (Intel 82371SB data sheet,
 * "CERR"). Reads find nothing there. IGNNE#, which the write also asserts, is not needed: the processors go on anyway.
 */
public final class FloatErrorLatch implements Device<FloatErrorLatch.State>, IoHandler {
    /** Whether IRQ 13 is up. */
    public record State(boolean raised) {}

    private static final int PORT = 0xF0;

    private final MemoryRegion ports;
    private final IrqLine irq;
    private final MemoryRegion region = MemoryRegion.io("ioportF0", 1, AccessSizes.BYTE, this);
    private boolean raised;

    public FloatErrorLatch(MemoryRegion ports, IrqLine irq) {
        this.ports = ports;
        this.irq = irq;
        ports.add(region, PORT);
    }

    /** FERR# was asserted. */
    public void raise() {
        set(true);
    }

    private void set(boolean high) {
        raised = high;
        irq.set(high);
    }

    @Override
    public long read(long offset, int size) {
        return 0xFF;
    }

    @Override
    public void write(long offset, int size, long value) {
        set(false);
    }

    @Override
    public void reset() {
        set(false);
    }

    @Override
    public State save() {
        return new State(raised);
    }

    @Override
    public void restore(State state) {
        set(state.raised);
    }

    @Override
    public void close() {
        set(false);
        ports.remove(region);
    }
}
