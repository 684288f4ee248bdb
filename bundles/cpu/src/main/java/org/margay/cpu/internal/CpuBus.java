package org.margay.cpu.internal;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.memory.AddressSpace;

/** The processor's pins: memory, ports, interrupt acknowledge, time. Given to a {@link Cpu} by whoever builds the machine. */
public interface CpuBus {
    /** Guest-physical memory, as this processor sees it. */
    AddressSpace memory();

    /** I/O ports. */
    AddressSpace ports();

    /** Held for every access to registers of devices, and for {@link #acknowledgeInterrupt()}; RAM needs no lock. */
    ReentrantLock machineLock();

    /**
     * The interrupt acknowledge cycle of the external controller (8259A). Under the machine lock.
     *
     * @return vector 0-255, or -1 when the request has gone
     */
    int acknowledgeInterrupt();

    /** FERR#: an x87 exception is pending, and CR0.NE leaves it to the board. Under the machine lock. */
    default void floatError() {}

    /** The time stamp counter's clock: nanoseconds of the machine's virtual clock. Any thread. */
    long virtualNanos();
}
