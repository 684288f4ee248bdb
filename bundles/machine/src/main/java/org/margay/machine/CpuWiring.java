package org.margay.machine;

/** The board's side of a vCPU's pins. Called under the machine lock. */
public interface CpuWiring {
    /** INTA cycle: the PIC's vector, when the vCPU takes an interrupt of {@link CpuPins#setIntr}. */
    int acknowledgeInterrupt();

    /**
     * FERR#: the vCPU is about to go on after an unmasked x87 exception with CR0.NE clear. A PC latches IRQ 13 then,
     * until a write to port F0h. Comes once for each time that an exception begins to be pending.
     */
    default void floatError() {}

    /** Gives the board the pins to drive. Called once, when the vCPU is made. */
    void attach(CpuPins pins);
}
