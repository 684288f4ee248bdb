package org.margay.qcow2.internal;

import org.margay.machine.property.PropertyType;

/** Create option compat: the version, by the QEMU release that it came with or by its number. */
@PropertyType("0.10|1.1|v2|v3")
record Compat(int version) {
    /** What the binder calls. */
    public static Compat parse(String text) {
        return switch (text) {
            case "0.10", "v2" -> new Compat(2);
            case "1.1", "v3" -> new Compat(3);
            default -> throw new IllegalArgumentException(text);
        };
    }

    @Override
    public String toString() {
        return version == 2 ? "0.10" : "1.1";
    }
}
