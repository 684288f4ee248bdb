package org.margay.machine.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * -device: a device that the user wants.
 *
 * @param driver {@link org.margay.machine.DeviceDriver#name()}
 * @param id the user's name for it
 * @param bus the bus it shall plug into, by name
 * @param properties all else, as written, in order
 */
public record DeviceRequest(String driver, Optional<String> id, Optional<String> bus, Map<String, String> properties) {
    public DeviceRequest {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }
}
