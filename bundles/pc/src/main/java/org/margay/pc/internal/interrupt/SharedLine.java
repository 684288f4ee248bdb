package org.margay.pc.internal.interrupt;

import java.util.List;
import org.margay.machine.IrqLine;

/** One interrupt line that several devices drive, as a wired-or, and that ends at one or two controllers. */
public final class SharedLine {
    private final List<IrqLine> ends;
    private int driven;

    public SharedLine(List<IrqLine> ends) {
        this.ends = List.copyOf(ends);
    }

    /** A new wire; low at first. */
    public IrqLine connect() {
        return new IrqLine() {
            private boolean level;

            @Override
            public void set(boolean high) {
                if (level == high) {
                    return;
                }
                level = high;
                driven += high ? 1 : -1;
                if (driven == (high ? 1 : 0)) {
                    ends.forEach(end -> end.set(high));
                }
            }
        };
    }

    public boolean high() {
        return driven > 0;
    }
}
