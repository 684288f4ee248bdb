package org.margay.net;

import org.margay.machine.DeviceException;
import org.margay.machine.Machine;

/**
 * A type of netdev: an OSGi service, one per type; its netdevs are plain objects.
 *
 * @param <P> its options: a record, as {@link org.margay.machine.property.PropertyBinder} describes; id and type are not among them
 */
public interface NetdevDriver<P extends Record> {
    /** What {@code type=} says, such as "user". */
    String type();

    /** One line for {@code -netdev help}. */
    String description();

    Class<P> optionsType();

    /**
     * Starts a backend. Must not block: what takes long goes on behind, on threads of its own, and comes back by {@link
     * Machine#later}. Under the machine lock.
     *
     * @param id also the name of its {@link NetClient}
     * @throws DeviceException when it can't be, saying why
     */
    Netdev create(String id, P options, Machine machine) throws DeviceException;
}
