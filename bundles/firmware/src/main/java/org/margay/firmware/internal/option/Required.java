package org.margay.firmware.internal.option;

import org.margay.machine.OptionException;

/** Checks of values. */
final class Required {
    private Required() {}

    static String file(String value) throws OptionException {
        if (value.isEmpty()) {
            throw new OptionException("needs the name of a file");
        }
        return value;
    }
}
