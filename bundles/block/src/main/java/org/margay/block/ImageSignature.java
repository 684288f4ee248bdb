package org.margay.block;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * How the files of a format begin, so that of all formats the one that an image needs is installed: service property {@code
 * image.signature} and capability {@code org.margay.image.signature} of its bundle. A hint: {@link ImageFormat#probe} has the last word.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.image.signature", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ImageSignature {
    /** Each an offset, a colon and bytes in hex ("0:514649fb"), or how the name of the file ends (".dmg"). */
    String[] value();
}
