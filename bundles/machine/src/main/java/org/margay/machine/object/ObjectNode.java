package org.margay.machine.object;

import java.util.Collection;

/** Something with a type and live properties at one path of the {@link ObjectTree}. */
public interface ObjectNode {
    /** QEMU's type name, such as "isa-serial". */
    String typeName();

    /** Its own properties, children excluded. */
    Collection<ObjectProperty> properties();
}
