package org.margay.machine.object;

import org.margay.machine.DeviceException;
import org.margay.machine.Machine;

/**
 * A type of object that users make by name: an OSGi service, one per type, named by {@link ObjectTypeName}; its objects are plain.
 *
 * @param <P> its properties: a record, as {@link org.margay.machine.property.PropertyBinder} describes; the id is not among them
 */
public interface ObjectDriver<P extends Record> {
    /** QEMU's name, such as "filter-dump". */
    String type();

    /** One line for {@code -object help}. */
    String description();

    Class<P> propertiesType();

    /**
     * Makes an object. Must not block. Under the machine lock; on the command line, after all other backends.
     *
     * @throws DeviceException when it can't be, saying why
     */
    UserObject create(String id, P properties, Machine machine) throws DeviceException;
}
