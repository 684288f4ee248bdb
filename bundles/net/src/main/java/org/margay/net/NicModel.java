package org.margay.net;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The names by which -nic and -net nic know a card, beside its driver's own name: service property {@code nic.model} of a {@link
 * org.margay.machine.DeviceDriver}, and capability {@code org.margay.nic} of its bundle, by which "model=help" lists the cards that
 * are in the driver repository.
 */
@ComponentPropertyType
@Capability(namespace = "org.margay.nic", attribute = "name:List<String>=\"${#value}\"")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface NicModel {
    /** Such as "virtio-net-pci" and "virtio". */
    String[] value();
}
