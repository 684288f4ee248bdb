package org.margay.machine.property;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a property is when the user does not say it: shown by help and by the object tree. It
 * also goes to the component's accessor, since that is where bnd looks for packages that a bundle must import.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD})
public @interface Default {
    /** As a user would write it. */
    String value();
}
