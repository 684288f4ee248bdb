package org.margay.cpu.internal.debug;

import org.margay.machine.debug.DebugStop;

/** Guest code is left, between two instructions, because a debugger wants the processor to stop here. */
public final class DebugStopException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient DebugStop stop;

    DebugStopException(DebugStop stop) {
        super("debugger", null, false, false);
        this.stop = stop;
    }

    public DebugStop stop() {
        return stop;
    }
}
