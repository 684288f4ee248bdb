package org.margay.pc.internal.isa;

import org.margay.machine.Device;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * System control port A at 92h (Intel 82378 data sheet, "Port 92 register"): bit 1 gates A20, a rising bit 0 resets the
 * processor; the other bits are kept.
 */
public final class Port92 implements Device<Port92.State>, IoHandler {
    private static final int FAST_RESET = 0x01;
    private static final int A20 = 0x02;

    /** The register's bits without A20's. */
    public record State(int bits, boolean a20) {
        public State {
            if ((bits & ~(0xFF & ~A20)) != 0) {
                throw new IllegalArgumentException("port 92h");
            }
        }
    }

    private final MemoryRegion ports;
    private final A20Gate a20;
    private final Runnable resetRequest;
    private final MemoryRegion region = MemoryRegion.io("port92", 1, AccessSizes.BYTE, this);
    private int bits;

    public Port92(MemoryRegion ports, A20Gate a20, Runnable resetRequest) {
        this.ports = ports;
        this.a20 = a20;
        this.resetRequest = resetRequest;
        ports.add(region, 0x92);
    }

    @Override
    public long read(long offset, int size) {
        return bits | (a20.open() ? A20 : 0);
    }

    @Override
    public void write(long offset, int size, long value) {
        boolean resets = (value & FAST_RESET & ~bits) != 0;
        bits = (int) value & ~A20;
        a20.set((value & A20) != 0);
        if (resets) {
            resetRequest.run();
        }
    }

    /** All clear but A20, which is open so that the processor reaches the reset vector. */
    @Override
    public void reset() {
        bits = 0;
        a20.set(true);
    }

    @Override
    public State save() {
        return new State(bits, a20.open());
    }

    @Override
    public void restore(State state) {
        bits = state.bits;
        a20.set(state.a20);
    }

    @Override
    public void close() {
        ports.remove(region);
    }
}
