package org.margay.machine.object;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpException;

/**
 * A property of an object: read from the object itself each time.
 *
 * @param name as qom-list shows it
 * @param type "string", "bool", "uint32" and so on
 * @param getter gives a string, number, boolean, list, map or record
 * @param setter takes the client's JSON value, or null when read-only
 */
public record ObjectProperty(
        String name,
        String type,
        Supplier<?> getter,
        @Nullable Setter setter) {
    /** Checks and stores a value. */
    @FunctionalInterface
    public interface Setter {
        void set(Object value) throws QmpException;
    }

    public static ObjectProperty readOnly(String name, String type, Supplier<?> getter) {
        return new ObjectProperty(name, type, getter, null);
    }
}
