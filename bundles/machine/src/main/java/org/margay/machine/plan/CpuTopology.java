package org.margay.machine.plan;

import org.margay.machine.MachinePlan;

/**
 * -smp: how many processors the guest sees, and in what packages.
 *
 * @param cpus sockets * cores * threads, 1 to {@link #MAX}
 */
public record CpuTopology(int cpus, int sockets, int cores, int threads) {
    /** Processors that a machine can have; more than an xAPIC's 8-bit ids would allow is not offered anyway. */
    public static final int MAX = 8;

    public static final CpuTopology DEFAULT = new CpuTopology(1, 1, 1, 1);

    public static CpuTopology in(MachinePlan plan) {
        return plan.get(CpuTopology.class).orElse(DEFAULT);
    }
}
