package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.Cpu;

/** What hidden classes of translated code extend. */
public abstract class RegionBody {
    /**
     * Runs the region from its entry, with the processor's registers in locals in between.
     *
     * @return false when the next instruction has to be done by the interpreter
     */
    public abstract boolean run(Cpu cpu, TranslatedRegion region);
}
