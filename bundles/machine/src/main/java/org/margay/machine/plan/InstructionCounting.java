package org.margay.machine.plan;

/**
 * -icount: virtual time goes with the instructions that the vCPUs execute.
 *
 * @param shift an instruction takes 2 to this power nanoseconds, 0 to {@link #MAX_SHIFT}; with auto, at first
 * @param auto the shift changes so that virtual time keeps up with the host's: runs are not repeatable then
 * @param align whether vCPUs wait while virtual time is ahead of the host's
 * @param sleep whether vCPUs that have nothing to do wait as long as the next timer says; if not, time jumps there
 */
public record InstructionCounting(int shift, boolean auto, boolean align, boolean sleep) {
    public static final int MAX_SHIFT = 10;

    /** Where auto begins. */
    public static final int AUTO_SHIFT = 3;
}
