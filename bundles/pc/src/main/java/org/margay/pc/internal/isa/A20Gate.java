package org.margay.pc.internal.isa;

import java.util.List;
import org.margay.machine.CpuPins;

/** The gate of address line 20, which keyboard controller and port 92h both open and close: who was last wins. */
public final class A20Gate {
    private final List<CpuPins> processors;
    private boolean open = true;

    /** @param processors the list may grow later */
    public A20Gate(List<CpuPins> processors) {
        this.processors = processors;
    }

    public boolean open() {
        return open;
    }

    public void set(boolean newOpen) {
        if (open != newOpen) {
            open = newOpen;
            processors.forEach(processor -> processor.setA20(newOpen));
        }
    }
}
