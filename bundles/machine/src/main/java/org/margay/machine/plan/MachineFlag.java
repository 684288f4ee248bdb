package org.margay.machine.plan;

import org.margay.machine.MachinePlan;

/** Options that are there or not: {@code MachineFlag.NO_DEFAULTS.in(plan)}. */
public enum MachineFlag {
    /** -nodefaults: no serial port, monitor, display or network card that was not asked for. */
    NO_DEFAULTS,
    /** -S: the guest waits for cont. */
    START_PAUSED,
    /** -nographic: first serial port and monitor share the terminal. */
    NO_GRAPHIC;

    /** Whether the user gave the option. */
    public boolean in(MachinePlan plan) {
        return plan.all(MachineFlag.class).contains(this);
    }
}
