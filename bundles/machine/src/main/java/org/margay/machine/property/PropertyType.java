package org.margay.machine.property;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * QEMU's name of a property's type, on a component or on a class with a static {@code parse(String)}. On numbers "uint8",
 * "uint16", "uint32" and "uint64" also say the range, and "size" takes suffixes (a number of bytes).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD, ElementType.TYPE})
public @interface PropertyType {
    /** Such as "uint32" or "macaddr". */
    String value();
}
