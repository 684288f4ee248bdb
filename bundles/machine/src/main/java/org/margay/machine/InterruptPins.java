package org.margay.machine;

import org.jspecify.annotations.Nullable;

/**
 * Implemented by objects of the {@link org.margay.machine.object.ObjectTree} whose interrupt pins a test may listen to in
 * their place. Under the machine lock.
 */
public interface InterruptPins {
    /** Told of each change of a pin's level. */
    @FunctionalInterface
    interface Listener {
        void changed(int pin, boolean high);
    }

    /** Sends changes of the input pins to a listener instead of the device; null gives them back. */
    void interceptInputs(@Nullable Listener listener);

    /** Sends changes of the output pins to a listener instead of where they are wired; null gives them back. */
    void interceptOutputs(@Nullable Listener listener);

    /** Drives an input pin. */
    void setInput(int pin, boolean high);
}
