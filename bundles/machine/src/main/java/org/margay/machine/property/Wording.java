package org.margay.machine.property;

/** How a {@link PropertyBinder} says what is wrong: devices and options have their own usual words. */
public interface Wording {
    /** @param hint " (did you mean 'x'?)" or "" */
    String unknown(String name, String hint);

    String badValue(String name, String value);

    /**
     * A device's.
     *
     * @param driver its name
     */
    static Wording ofDevice(String driver) {
        return new Wording() {
            @Override
            public String unknown(String name, String hint) {
                return "Property '%s.%s' not found%s".formatted(driver, name, hint);
            }

            @Override
            public String badValue(String name, String value) {
                return "Property '%s.%s' doesn't take value '%s'".formatted(driver, name, value);
            }
        };
    }

    /** An option's, or a backend's. */
    static Wording ofOption() {
        return new Wording() {
            @Override
            public String unknown(String name, String hint) {
                return "Invalid parameter '%s'%s".formatted(name, hint);
            }

            @Override
            public String badValue(String name, String value) {
                return "Parameter '%s' doesn't take value '%s'".formatted(name, value);
            }
        };
    }
}
