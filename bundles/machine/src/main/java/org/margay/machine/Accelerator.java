package org.margay.machine;

import java.util.List;

/** An engine that runs vCPUs: service chosen by {@code -accel} or {@code -machine accel=}. */
public interface Accelerator {
    /** First the own name, then others that scripts use: "interp"; "jit", "tcg"; "qtest". */
    List<String> names();

    /** One line for {@code -accel help}. */
    String description();

    /** Whether the virtual clock stands until it is told to move: a {@link SteppedClock}. */
    default boolean steppedClock() {
        return false;
    }

    /** Whether its vCPUs can go by a {@link CountedClock}. */
    default boolean countsInstructions() {
        return false;
    }

    /**
     * Makes a vCPU, not started.
     *
     * @param wiring the board's side of its pins
     */
    VirtualCpu create(Machine machine, int index, CpuWiring wiring);
}
