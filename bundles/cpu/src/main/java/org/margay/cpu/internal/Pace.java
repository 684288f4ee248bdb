package org.margay.cpu.internal;

/** Virtual time that goes with a processor's instructions: what the engine asks of it. On the vCPU's thread. */
@FunctionalInterface
public interface Pace {
    /**
     * Called between two instructions when {@link Cpu#lookAt} is reached, or {@link Cpu#REQUEST_TIME} was made: does what is due now, and
     * sets lookAt anew.
     *
     * @return false when the processor has to leave guest code first, as {@link Cpu#REQUEST_EXIT} says
     */
    boolean catchUp(Cpu cpu);
}
