package org.margay.machine.debug;

import java.util.function.Consumer;

/**
 * A vCPU as a debugger outside of the guest sees it: it stops where the guest knows nothing of it, and uses none of the guest's debug
 * registers. Under the machine lock.
 */
public interface CpuDebugger {
    /** The vCPU is paused. */
    FloatRegisters floatRegisters();

    /** The vCPU is paused. */
    void setFloatRegisters(FloatRegisters registers);

    /**
     * Where it stops from now on, instead of where it did; it is paused for the change. One that stands at a breakpoint when it is started
     * goes on past it.
     */
    void setStops(DebugStops stops);

    /** When it is started next, it runs one instruction and stops; interrupts that are pending wait. */
    void stepOnce();

    /**
     * Who is told of stops: under the machine lock, on the vCPU's thread, which runs no more guest code then. The machine is about to
     * stop in state "debug".
     */
    void onStop(Consumer<DebugStop> listener);
}
