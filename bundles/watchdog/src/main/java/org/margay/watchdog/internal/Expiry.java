package org.margay.watchdog.internal;

import org.margay.machine.Machine;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.plan.GuestActions;

/** What a watchdog does that was not fed in time: it sends WATCHDOG and takes the action that the user chose. */
final class Expiry {
    static final String EVENT = "WATCHDOG";

    /** Data of the event. */
    record Data(GuestActions.Watchdog action) {}

    private Expiry() {}

    /** Takes the action. The watchdog has done all of its own: a guest that is stopped runs on until it is. */
    static void act(Machine machine) {
        GuestActions.Watchdog action = GuestActions.in(machine.plan()).watchdog();
        machine.emit(EVENT, new Data(action));
        switch (action) {
            case RESET -> machine.requestReset(true);
            case SHUTDOWN -> machine.requestPowerdown();
            case POWEROFF -> machine.requestExit(0);
            case PAUSE -> machine.stop(RunState.WATCHDOG);
            // For the user, whatever is logged.
            case DEBUG -> System.err.println("watchdog: timer fired");
            case NONE -> {}
            case INJECT_NMI -> machine.cpus().forEach(VirtualCpu::injectNmi);
        }
    }
}
