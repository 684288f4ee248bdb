package org.margay.net.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend that the user wants.
 *
 * @param type of its driver
 * @param options of its driver, each said once or several times
 * @param vlan number of the hub that it is plugged into at once
 */
public record NetdevRequest(String type, String id, Map<String, List<String>> options, Optional<Integer> vlan) {
    public NetdevRequest {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    @Override
    public String toString() {
        return "%s '%s'".formatted(type, id);
    }
}
