package org.margay.pci;

/** A capability by which a function interrupts with messages in place of its pin. */
sealed interface MessageInterrupts permits PciMsi, PciMsix {
    /** Whether the guest has chosen messages: the pin then stays released. */
    boolean enabled();

    /** The guest wrote configuration registers: what waited may be free to go. */
    void configWritten();

    /** Configuration registers have their power-on values again: the rest follows. */
    void reset();
}
