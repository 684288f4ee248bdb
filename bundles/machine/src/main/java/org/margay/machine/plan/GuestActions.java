package org.margay.machine.plan;

import java.util.Locale;
import java.util.Optional;
import org.margay.machine.MachinePlan;

/**
 * -action: what is done about things that befall the guest. Looked up in the plan each time something does, since set-action may
 * replace it while the guest runs.
 */
public record GuestActions(Reboot reboot, Shutdown shutdown, Panic panic, Watchdog watchdog) {
    public static final GuestActions DEFAULT =
            new GuestActions(Reboot.RESET, Shutdown.POWEROFF, Panic.SHUTDOWN, Watchdog.RESET);

    /** The guest, or the user, resets the machine. */
    public enum Reboot {
        RESET,
        /** The process ends. */
        SHUTDOWN;

        @Override
        public String toString() {
            return wireName(this);
        }
    }

    /** The guest switches power off. */
    public enum Shutdown {
        /** The process ends. */
        POWEROFF,
        /** The guest stops, the process stays. */
        PAUSE;

        @Override
        public String toString() {
            return wireName(this);
        }
    }

    /** The guest's system tells that it can't go on. */
    public enum Panic {
        /** It stays as it is, to be looked at. */
        PAUSE,
        /** As if it had switched power off. */
        SHUTDOWN,
        /** The same with exit code 1. */
        EXIT_FAILURE,
        /** It goes on. */
        NONE;

        @Override
        public String toString() {
            return wireName(this);
        }
    }

    /** A watchdog was not fed in time. */
    public enum Watchdog {
        RESET,
        /** The power button is pressed. */
        SHUTDOWN,
        /** The process ends at once. */
        POWEROFF,
        PAUSE,
        /** A line on standard error. */
        DEBUG,
        NONE,
        INJECT_NMI;

        @Override
        public String toString() {
            return wireName(this);
        }
    }

    /** What is to be different: what -action or set-action names. */
    public record Change(
            Optional<Reboot> reboot, Optional<Shutdown> shutdown, Optional<Panic> panic, Optional<Watchdog> watchdog) {
        public static Change of(Reboot reboot) {
            return new Change(Optional.of(reboot), Optional.empty(), Optional.empty(), Optional.empty());
        }

        public static Change of(Shutdown shutdown) {
            return new Change(Optional.empty(), Optional.of(shutdown), Optional.empty(), Optional.empty());
        }

        public static Change of(Watchdog watchdog) {
            return new Change(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(watchdog));
        }

        /** Puts the changed actions into a plan. */
        public void applyTo(MachinePlan plan) {
            GuestActions old = in(plan);
            plan.set(
                    GuestActions.class,
                    new GuestActions(
                            reboot.orElse(old.reboot),
                            shutdown.orElse(old.shutdown),
                            panic.orElse(old.panic),
                            watchdog.orElse(old.watchdog)));
        }
    }

    public static GuestActions in(MachinePlan plan) {
        return plan.get(GuestActions.class).orElse(DEFAULT);
    }

    private static String wireName(Enum<?> action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
