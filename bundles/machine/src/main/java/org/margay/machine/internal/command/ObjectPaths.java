package org.margay.machine.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.ObjectTree;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;

/** Objects as the qom commands name them. */
final class ObjectPaths {
    private static final String CHILD = "child<%s>";

    private ObjectPaths() {}

    /**
     * The full path of an object.
     *
     * @param path absolute, or any end of a path that only one object's path has; empty parts count for nothing
     */
    static String resolve(ObjectTree tree, String path) throws QmpException {
        return tree.resolve(path).orElseThrow(() -> QmpErrors.deviceNotFound(path));
    }

    /** An object's type, its properties, then the objects below it. */
    static List<ObjectProperty> properties(ObjectTree tree, String path) {
        Optional<ObjectNode> node = tree.find(path);
        List<ObjectProperty> properties = new ArrayList<>();
        node.ifPresent(object -> {
            properties.add(ObjectProperty.readOnly("type", "string", object::typeName));
            object.properties().stream()
                    .filter(property -> !property.name().equals("type"))
                    .forEach(properties::add);
        });
        for (Map.Entry<String, ObjectNode> child : tree.children(path).entrySet()) {
            String childPath = (path.equals("/") ? "" : path) + "/" + child.getKey();
            properties.add(ObjectProperty.readOnly(
                    child.getKey(), CHILD.formatted(child.getValue().typeName()), () -> childPath));
        }
        return properties;
    }

    static ObjectProperty property(ObjectTree tree, String path, String name) throws QmpException {
        Stream<ObjectProperty> all = properties(tree, resolve(tree, path)).stream();
        return all.filter(property -> property.name().equals(name))
                .findFirst()
                .orElseThrow(() -> QmpErrors.propertyNotFound("", name));
    }
}
