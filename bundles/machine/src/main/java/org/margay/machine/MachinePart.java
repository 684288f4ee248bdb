package org.margay.machine;

import org.margay.qmp.QmpException;

/**
 * Builds its share of a machine: a service of the bundle that owns it. Parts run by {@link #stage()}; none knows another.
 */
public interface MachinePart {
    /** When a part is built; within a stage the order is open. */
    enum Stage {
        /** Chardevs and other host-side ends that devices will name. */
        BACKENDS,
        /** Fixed chips, buses and vCPUs. */
        BOARD,
        /** Default and -device devices. */
        DEVICES,
        /** Monitors, qtest, displays: the outside doors. */
        FRONTENDS,
        /** Kernel, BIOS and tables: needs the finished board. */
        FIRMWARE
    }

    Stage stage();

    /**
     * Builds. Under the machine lock; the guest does not run yet.
     *
     * @throws QmpException when it can't be, in one line for the user
     */
    void build(Machine machine) throws QmpException;
}
