package org.margay.machine;

import java.util.Optional;

/** What a driver may use of the world when it builds an instance. */
public interface DeviceContext {
    /** The user's id of the device, or empty. */
    Optional<String> id();

    /**
     * What the device is called where things must have a name: its id, or the driver's name and a number ("e1000.0") that no
     * other has at the same time.
     */
    String label();

    Machine machine();

    /**
     * Whether the device was there before and is made anew, after an update of its driver: what the host has switched on it since
     * it first came stays as it is.
     */
    default boolean returning() {
        return false;
    }

    /** The bus it plugs into; the board's own interface for buses of {@link DeviceDriver#busType()}. */
    Bus bus();

    /**
     * A backend by its id: a chardev, netdev, drive.
     *
     * @throws DeviceException when there is none of that kind and id
     */
    <T> T backend(Class<T> kind, String id) throws DeviceException;
}
