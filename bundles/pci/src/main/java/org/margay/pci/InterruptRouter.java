package org.margay.pci;

/** Where the interrupt pins of a bus's slots lead: four wires out of the bus. Under the machine lock. */
public interface InterruptRouter {
    /**
     * Which wire a pin is soldered to.
     *
     * @param slot 0 to 31
     * @param pin 0 INTA# to 3 INTD#
     * @return 0 to 3
     */
    int wire(int slot, int pin);

    /** Drives a wire: high while any pin on it is asserted. Called when that changes. */
    void set(int wire, boolean asserted);
}
