package org.margay.machine;

import java.util.EnumSet;
import java.util.Set;

/** What the virtual machine is doing; {@code query-status} shows {@link #wireName()}. */
public enum RunState {
    PRELAUNCH("prelaunch"),
    INMIGRATE("inmigrate"),
    RUNNING("running"),
    PAUSED("paused"),
    DEBUG("debug"),
    IO_ERROR("io-error"),
    WATCHDOG("watchdog"),
    INTERNAL_ERROR("internal-error"),
    GUEST_PANICKED("guest-panicked"),
    SUSPENDED("suspended"),
    SHUTDOWN("shutdown"),
    SAVE_VM("save-vm"),
    RESTORE_VM("restore-vm"),
    FINISH_MIGRATE("finish-migrate"),
    POSTMIGRATE("postmigrate");

    private final String wireName;

    RunState(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** The states that may follow this one. */
    public Set<RunState> successors() {
        return switch (this) {
            case DEBUG -> EnumSet.of(RUNNING, SUSPENDED);
            case FINISH_MIGRATE -> EnumSet.of(RUNNING, POSTMIGRATE);
            case GUEST_PANICKED -> EnumSet.of(RUNNING, PAUSED, FINISH_MIGRATE);
            case INMIGRATE -> EnumSet.of(RUNNING, PRELAUNCH);
            case INTERNAL_ERROR, SHUTDOWN -> EnumSet.of(PAUSED, FINISH_MIGRATE);
            case IO_ERROR, PAUSED, POSTMIGRATE, SUSPENDED, WATCHDOG -> EnumSet.of(RUNNING, FINISH_MIGRATE);
            case PRELAUNCH -> EnumSet.of(RUNNING, FINISH_MIGRATE, INMIGRATE);
            case RESTORE_VM, SAVE_VM -> EnumSet.of(RUNNING);
            case RUNNING ->
                EnumSet.of(
                        DEBUG,
                        GUEST_PANICKED,
                        INTERNAL_ERROR,
                        IO_ERROR,
                        PAUSED,
                        FINISH_MIGRATE,
                        RESTORE_VM,
                        SAVE_VM,
                        SHUTDOWN,
                        SUSPENDED,
                        WATCHDOG);
        };
    }
}
