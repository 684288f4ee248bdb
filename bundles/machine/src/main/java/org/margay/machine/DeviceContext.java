package org.margay.machine;

import java.util.Optional;

/** What a driver may use of the world when it builds an instance. */
public interface DeviceContext {
    /** The user's id of the device, or empty. */
    Optional<String> id();

    Machine machine();

    /** The bus it plugs into; the board's own interface for buses of {@link DeviceDriver#busType()}. */
    Bus bus();

    /**
     * A backend by its id: a chardev, netdev, drive.
     *
     * @throws DeviceException when there is none of that kind and id
     */
    <T> T backend(Class<T> kind, String id) throws DeviceException;
}
