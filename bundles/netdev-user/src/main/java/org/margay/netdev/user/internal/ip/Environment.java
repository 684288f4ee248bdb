package org.margay.netdev.user.internal.ip;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.margay.machine.Clock;

/**
 * What the stack needs of the world.
 *
 * @param clock of all its timers; stops with the guest, which so is not hammered while it stands
 * @param loop runs a task soon, under the machine lock
 * @param random for what a peer must not guess
 */
public record Environment(Clock clock, Executor loop, RandomGenerator random) {
    /** Nanoseconds. */
    public static final long MILLISECOND = 1_000_000;

    public static final long SECOND = 1_000 * MILLISECOND;
}
