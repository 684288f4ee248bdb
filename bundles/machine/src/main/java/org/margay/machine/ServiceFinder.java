package org.margay.machine;

import java.util.List;
import java.util.Optional;

/**
 * Finds services by the names that their annotations gave them, such as {@link DriverName}, and lets the driver repository bring
 * those that are not there. A service itself. Any thread, but not under the machine lock where a bundle may have to be installed:
 * QMP commands look up in {@link org.margay.qmp.QmpCommand#prepare}.
 */
public interface ServiceFinder {
    /**
     * Where names are found.
     *
     * @param type of the service
     * @param property the service property that holds its names, such as "driver.name"
     * @param namespace of the capability that its bundle has, such as "org.margay.driver"
     */
    record Kind<T>(Class<T> type, String property, String namespace) {}

    /**
     * The service of a name, installed and started when need be.
     *
     * @throws OptionException when its bundle is in the repository but can't be used
     */
    <T> Optional<T> find(Kind<T> kind, String name) throws OptionException;

    /** The service of a name if it is registered now; nothing is installed. */
    <T> Optional<T> registered(Kind<T> kind, String name);

    /** All services that are registered now. */
    <T> List<T> registered(Kind<T> kind);

    /** All names, of what is registered and of what the repository has, in alphabetical order. */
    List<String> names(Kind<?> kind);
}
