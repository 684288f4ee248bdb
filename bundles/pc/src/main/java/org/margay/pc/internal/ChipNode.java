package org.margay.pc.internal;

import java.util.List;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;

/** A chip of the board in the object tree. */
record ChipNode(String typeName, List<ObjectProperty> properties) implements ObjectNode {
    ChipNode {
        properties = List.copyOf(properties);
    }

    static ChipNode of(String typeName, ObjectProperty... properties) {
        return new ChipNode(typeName, List.of(properties));
    }
}
