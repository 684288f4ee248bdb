package org.margay.block;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names of a protocol: service property {@code block.protocol.name}, by which a {@link BlockProtocol} is found without being
 * made, and capability {@code org.margay.block.protocol} of its bundle, by which the bundle is found in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.block.protocol", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface BlockProtocolName {
    /** Such as "nbd". */
    String[] value();
}
