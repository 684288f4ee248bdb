package org.margay.machine.plan;

import org.margay.machine.MachinePlan;

/**
 * -m: how much memory the guest has.
 *
 * @param bytes a multiple of 4096, at least 1 MiB
 */
public record MemorySize(long bytes) {
    /** Without -m: 128 MiB. */
    public static final MemorySize DEFAULT = new MemorySize(128L << 20);

    public static long in(MachinePlan plan) {
        return plan.get(MemorySize.class).orElse(DEFAULT).bytes();
    }
}
