package org.margay.qmp.internal;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import org.margay.qmp.WireName;

/** How record components are called on the wire. */
final class WireNames {
    private WireNames() {}

    static String of(RecordComponent component) {
        WireName given = component.getAnnotation(WireName.class);
        return given != null ? given.value() : kebabCase(component.getName());
    }

    private static String kebabCase(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
