package org.margay.qmp;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The member's name on the wire, where it is not the component's own in kebab case: {@code cpuIndex} is "cpu-index" and
 * {@code thread_id} is "thread_id" without it, "CPU" needs it. It also goes to the component's accessor, since that is where bnd looks
 * for packages that a bundle must import.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD})
public @interface WireName {
    String value();
}
