package org.margay.machine;

import java.util.Optional;
import java.util.OptionalLong;
import org.margay.machine.debug.CpuDebugger;

/** One processor of the machine, as the machine drives it. Under the machine lock unless said otherwise. */
public interface VirtualCpu {
    /** From 0. Any thread. */
    int index();

    /** Lets the vCPU's thread run guest code. */
    void start();

    /** Asks the vCPU to leave guest code and waits until it has; releases the machine lock while it waits. */
    void pause();

    /** INIT#-like power-on reset; the vCPU is paused. */
    void reset();

    /** Ends the thread for good. */
    void close();

    /** Linear address of the next instruction; approximate while it runs. Any thread. */
    long programCounter();

    /** In HLT or waiting for start-up. Any thread. */
    boolean halted();

    /** Whether it is to run and does not until an interrupt wakes it. Under the lock. */
    default boolean asleep() {
        return halted();
    }

    /** The host's thread id. Any thread. */
    long threadId();

    /** Raises a non-maskable interrupt. */
    void injectNmi();

    /** Translates as the vCPU's paging would, without faults or A/D bits: guest-physical, or empty when not mapped. */
    OptionalLong translate(long linear);

    /**
     * The register file, to start a kernel without a BIOS or to look at it. The vCPU is paused.
     */
    CpuRegisters registers();

    /** Replaces the register file; hidden parts of segments follow from the descriptors given. The vCPU is paused. */
    void setRegisters(CpuRegisters registers);

    /** What a debugger may do with it, where the engine lets it. */
    default Optional<CpuDebugger> debugger() {
        return Optional.empty();
    }

    /** Guest instructions executed since the start. Any thread; exact on its own thread under a {@link CountedClock}, else approximate while it runs. */
    long instructions();
}
