package org.margay.machine.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;

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

    /** Reads "e1000,id=n1,netdev=n0". */
    public static DeviceRequest parse(String text) throws OptionException {
        KeyValues values = KeyValues.parse(text, "driver");
        String driver = values.required("driver");
        Optional<String> id = values.id();
        Optional<String> bus = values.string("bus");
        return new DeviceRequest(driver, id, bus, values.rest());
    }
}
