package org.margay.gdbstub.internal;

import org.margay.machine.RunState;

/** Signals of gdb's own numbering, by which it hears why a guest has stopped. */
enum Signal {
    INTERRUPT(2),
    QUIT(3),
    TRAP(5),
    ABORT(6),
    ALARM(14),
    IO(23),
    PROCESSOR_TIME(24);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** What a state of the machine is told as. */
    static Signal of(RunState state) {
        return switch (state) {
            case PAUSED -> INTERRUPT;
            case SHUTDOWN, GUEST_PANICKED -> QUIT;
            case IO_ERROR -> IO;
            case WATCHDOG -> ALARM;
            case INTERNAL_ERROR -> ABORT;
            case SAVE_VM, RESTORE_VM, FINISH_MIGRATE, POSTMIGRATE -> PROCESSOR_TIME;
            default -> TRAP;
        };
    }
}
