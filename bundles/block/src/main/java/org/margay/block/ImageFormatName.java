package org.margay.block;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names of an image format: service property {@code image.format.name}, by which an {@link ImageFormat} is found without being
 * made, and capability {@code org.margay.image.format} of its bundle, by which the bundle is found in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.image.format", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ImageFormatName {
    /** Such as "qcow2". */
    String[] value();
}
