package org.margay.cpu.internal;

/** The processor has shut down after a triple fault (SDM vol. 3, 7.15, interrupt 8). */
public final class ShutdownException extends RuntimeException {
    public ShutdownException() {
        super("triple fault", null, false, false);
    }
}
