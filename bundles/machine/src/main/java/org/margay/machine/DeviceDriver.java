package org.margay.machine;

/**
 * A type of device that users can plug: an OSGi service, one per type; instances are plain objects.
 *
 * @param <P> its properties: a record whose compact constructor checks them; help and errors derive from it as {@link
 *     org.margay.machine.property.PropertyBinder} says
 * @param <S> its saved state
 */
public interface DeviceDriver<P extends Record, S extends Record> {
    /** QEMU's name, such as "isa-serial". */
    String name();

    /** One line for {@code -device help}. */
    String description();

    /** {@link Bus#type()} of the buses it plugs into. */
    String busType();

    /** Whether devices may come and go while the guest runs, as far as their bus lets them. */
    default boolean hotpluggable() {
        return true;
    }

    Class<P> propertiesType();

    Class<S> stateType();

    /**
     * Builds and maps an instance.
     *
     * @throws DeviceException when the properties ask for what can't be, naming the property
     */
    Device<S> create(P properties, DeviceContext context) throws DeviceException;
}
