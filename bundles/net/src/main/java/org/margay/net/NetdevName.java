package org.margay.net;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names of a type of netdev: service property {@code netdev.name}, by which a {@link NetdevDriver} is found without being made,
 * and capability {@code org.margay.netdev} of its bundle, by which the bundle is found in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.netdev", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface NetdevName {
    /** Such as "user". */
    String[] value();
}
