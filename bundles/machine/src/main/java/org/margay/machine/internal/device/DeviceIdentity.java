package org.margay.machine.internal.device;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which device it is, whatever instance plays it.
 *
 * @param path in the object tree
 * @param id the user's name for it
 * @param label its name where it must have one
 * @param said its properties as text, in the order in which they were said
 * @param hotplugged whether it came while the machine was there already
 */
record DeviceIdentity(String path, Optional<String> id, String label, Map<String, String> said, boolean hotplugged) {
    DeviceIdentity {
        said = Collections.unmodifiableMap(new LinkedHashMap<>(said));
    }

    DeviceIdentity saying(Map<String, String> other) {
        return new DeviceIdentity(path, id, label, other, hotplugged);
    }
}
