package org.margay.machine;

/** Adds to the plan what a machine has although no option speaks of it, such as a network card. A service of the bundle that owns it. */
public interface PlanDefaults {
    /**
     * Called when all options are read and nothing is built yet; not under the machine lock, so drivers may be installed.
     *
     * @throws OptionException when what the options ask for can't be
     */
    void complete(MachinePlan plan) throws OptionException;
}
