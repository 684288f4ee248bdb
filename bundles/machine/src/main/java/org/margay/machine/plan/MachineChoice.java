package org.margay.machine.plan;

import java.util.Map;

/**
 * -machine and -M.
 *
 * @param type "pc" and its other names
 * @param properties what was said besides type and accelerator, such as "hpet=off"; for the board to read
 */
public record MachineChoice(String type, Map<String, String> properties) {
    public MachineChoice {
        properties = Map.copyOf(properties);
    }
}
