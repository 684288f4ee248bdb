package org.margay.machine;

/** A wire from a device to an interrupt controller. Under the machine lock only. */
@FunctionalInterface
public interface IrqLine {
    /** A wire that ends nowhere. */
    IrqLine UNCONNECTED = high -> {};

    /** Drives the level; repeating it changes nothing. */
    void set(boolean high);

    /** An edge: up and down again. */
    default void pulse() {
        set(true);
        set(false);
    }
}
