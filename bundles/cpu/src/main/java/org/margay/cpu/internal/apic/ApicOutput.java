package org.margay.cpu.internal.apic;

/** What a local APIC tells its processor. Called under the machine lock, from any thread. */
public interface ApicOutput {
    /** A maskable interrupt waits for {@link LocalApic#acknowledge}, or none does any more. */
    void interrupt(boolean pending);

    void nmi();

    /** INIT: the processor resets itself, except for what INIT keeps. */
    void init();

    /** Start-up message for a processor that waits for it: real mode at this page (0-255). */
    void startUp(int page);
}
