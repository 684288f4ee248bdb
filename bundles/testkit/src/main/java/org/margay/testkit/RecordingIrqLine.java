package org.margay.testkit;

import org.margay.machine.IrqLine;

/** An interrupt wire that remembers its level and how often it rose. */
public final class RecordingIrqLine implements IrqLine {
    private boolean high;
    private int rises;

    @Override
    public void set(boolean level) {
        if (level && !high) {
            rises++;
        }
        high = level;
    }

    public boolean high() {
        return high;
    }

    /** Rising edges since the start or the last call. */
    public int takeRises() {
        int taken = rises;
        rises = 0;
        return taken;
    }
}
