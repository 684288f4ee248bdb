package org.margay.machine.object;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All objects by path ("/machine/peripheral/net1"); missing parents appear as plain containers. Under the machine lock. */
public final class ObjectTree {
    private final SortedMap<String, ObjectNode> nodes = new TreeMap<>();

    /** A node that only holds others. */
    private static final ObjectNode CONTAINER = new ObjectNode() {
        @Override
        public String typeName() {
            return "container";
        }

        @Override
        public Collection<ObjectProperty> properties() {
            return List.of();
        }
    };

    /**
     * Puts an object at a path.
     *
     * @throws IllegalStateException when another is there
     */
    public void add(String path, ObjectNode node) {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            nodes.putIfAbsent(path.substring(0, slash), CONTAINER);
        }
        ObjectNode old = nodes.put(path, node);
        if (old != null && old != CONTAINER) {
            nodes.put(path, old);
            throw new IllegalStateException("object path taken: " + path);
        }
    }

    /** Takes an object and all below it out. */
    public void remove(String path) {
        nodes.keySet().removeIf(key -> key.equals(path) || key.startsWith(path + "/"));
    }

    public Optional<ObjectNode> find(String path) {
        return path.equals("/") ? Optional.of(CONTAINER) : Optional.ofNullable(nodes.get(path));
    }

    /** Direct children by name. */
    public Map<String, ObjectNode> children(String path) {
        String prefix = path.equals("/") ? "/" : path + "/";
        return nodes.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> entry.getKey().indexOf('/', prefix.length()) < 0)
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(prefix.length()), Map.Entry::getValue, (a, _) -> a, TreeMap::new));
    }

    public Map<String, ObjectNode> all() {
        return Collections.unmodifiableMap(nodes);
    }
}
