package org.margay.pc.internal.interrupt;

import org.margay.machine.IrqLine;

/** A wire that can be cut: how the HPET's legacy replacement takes the interrupts of PIT and RTC. */
public final class GatedLine implements IrqLine {
    private final IrqLine end;
    private boolean high;
    private boolean cut;

    public GatedLine(IrqLine end) {
        this.end = end;
    }

    @Override
    public void set(boolean level) {
        high = level;
        end.set(high && !cut);
    }

    public void cut(boolean newCut) {
        cut = newCut;
        end.set(high && !cut);
    }
}
