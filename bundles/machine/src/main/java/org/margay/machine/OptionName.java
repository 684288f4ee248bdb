package org.margay.machine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names of a command-line option: service property {@code option.name}, by which a {@link CommandLineOption} is found without being made, and
 * capability {@code org.margay.option} of its bundle, by which the bundle is found in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.option", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface OptionName {
    /** Such as "-m". */
    String[] value();
}
