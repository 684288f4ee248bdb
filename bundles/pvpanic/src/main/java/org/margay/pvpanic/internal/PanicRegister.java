package org.margay.pvpanic.internal;

import org.margay.machine.Machine;
import org.margay.memory.IoHandler;

/**
 * The one register of both devices ("PVPANIC DEVICE", a specification of the QEMU project): reads give the events that it knows, a
 * write tells that one happened; unknown bits mean nothing.
 */
final class PanicRegister implements IoHandler {
    /** The guest's system can't go on. */
    static final int PANICKED = 1;

    /** It can't go on either, but starts another system by itself, which shall look into it. */
    static final int CRASH_LOADED = 1 << 1;

    static final String CRASH_LOADED_EVENT = "GUEST_CRASHLOADED";

    /** Data of the event. */
    record Crash(String action) {}

    private final Machine machine;
    private final int events;

    /** Makes the register; some of the events may be unknown to it. */
    PanicRegister(Machine machine, int events) {
        this.machine = machine;
        this.events = events;
    }

    /**
     * Checks which events the user wants.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(String driver, int events) {
        if ((events & ~(PANICKED | CRASH_LOADED)) != 0) {
            throw new IllegalArgumentException(
                    "Property '%s.events' expects a sum of %d (panicked) and %d (crash loaded), not %d"
                            .formatted(driver, PANICKED, CRASH_LOADED, events));
        }
    }

    @Override
    public long read(long offset, int size) {
        return events;
    }

    @Override
    public void write(long offset, int size, long value) {
        long happened = value & events;
        if ((happened & PANICKED) != 0) {
            machine.reportPanic();
        } else if ((happened & CRASH_LOADED) != 0) {
            machine.emit(CRASH_LOADED_EVENT, new Crash("run"));
        }
    }
}
