package org.margay.machine.plan;

import java.util.Map;

/**
 * -accel, or accel= of -machine: the first of several that is there is taken.
 *
 * @param name one of {@link org.margay.machine.Accelerator#names()}
 * @param properties what was said besides, for the accelerator to read
 */
public record AcceleratorChoice(String name, Map<String, String> properties) {
    public AcceleratorChoice {
        properties = Map.copyOf(properties);
    }
}
