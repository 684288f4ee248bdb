package org.margay.machine.debug;

/** Why a debugged vCPU has stopped by itself. */
public sealed interface DebugStop {
    /** It is about to run the instruction at a breakpoint. */
    record Breakpoint() implements DebugStop {}

    /**
     * An instruction has accessed what was watched; it is done.
     *
     * @param address first byte of the access that is within the watched range
     */
    record Watched(Watchpoint watchpoint, long address) implements DebugStop {}

    /** The one instruction was run. */
    record Stepped() implements DebugStop {}
}
