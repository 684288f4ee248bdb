package org.margay.cpu.internal;

/** What the engine asks of the system part of the processor. Called on the vCPU's thread. */
public interface SystemHooks {
    /**
     * Delivers an exception that an instruction raised: through the interrupt table of the current mode, with double and triple faults
     * taken care of. {@link CpuState#rip} is that of the faulting instruction.
     *
     * @throws ShutdownException on a triple fault
     */
    void deliverFault(Cpu cpu, GuestFault fault);

    /**
     * Called between blocks when {@link Cpu#hasRequests()}, not in the shadow of STI and MOV SS: takes the most urgent request that
     * can be taken now (INIT, SIPI, NMI, external interrupt if IF is set) and delivers it, or leaves all pending.
     */
    void serviceRequests(Cpu cpu);

    /**
     * Called before an instruction when debug registers are armed.
     *
     * @throws GuestFault #DB when a breakpoint is there
     */
    default void beforeStep(Cpu cpu) {}

    /** Called after an instruction when TF was set before it, or debug registers are armed: raises #DB as due. */
    void afterStep(Cpu cpu, boolean trapFlagWasSet);

    /** Whether a pending request would end HLT now. */
    boolean wakesFromHalt(Cpu cpu);

    /**
     * Checks the right to use ports (IOPL, or the TSS's bitmap).
     *
     * @throws GuestFault #GP(0), or #PF from reading the TSS
     */
    void checkPort(Cpu cpu, int port, int size);
}
