package org.margay.machine.object;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names of a type of object: service property {@code object.type.name}, by which an {@link ObjectDriver} is found without being
 * made, and capability {@code org.margay.object} of its bundle, by which the bundle is found in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.object", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ObjectTypeName {
    /** Such as "filter-dump". */
    String[] value();
}
