package org.margay.machine;

/** The board's side of a vCPU's pins. Called under the machine lock. */
public interface CpuWiring {
    /** INTA cycle: the PIC's vector, when the vCPU takes an interrupt of {@link CpuPins#setIntr}. */
    int acknowledgeInterrupt();

    /** Gives the board the pins to drive. Called once, when the vCPU is made. */
    void attach(CpuPins pins);
}
