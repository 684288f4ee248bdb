package org.margay.machine.internal.object;

import java.util.List;
import java.util.Map;

/** An object that the user wants. */
public record ObjectRequest(String type, String id, Map<String, List<String>> properties) {
    public ObjectRequest {
        properties = Map.copyOf(properties);
    }
}
