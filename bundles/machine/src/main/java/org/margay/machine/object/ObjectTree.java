package org.margay.machine.object;

import java.util.Arrays;
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

    /**
     * The full path of an object.
     *
     * @param path absolute, or any end of a path that only one object's path has; empty parts count for nothing
     * @return empty when there is no such object, or more than one
     */
    public Optional<String> resolve(String path) {
        String[] parts =
                Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toArray(String[]::new);
        String joined = "/" + String.join("/", parts);
        if (path.isEmpty() || path.startsWith("/")) {
            return find(joined).map(_ -> joined);
        }
        List<String> matches =
                nodes.keySet().stream().filter(full -> full.endsWith(joined)).toList();
        return matches.size() == 1 ? Optional.of(matches.getFirst()) : Optional.empty();
    }

    /** Direct children by name. */
    public Map<String, ObjectNode> children(String path) {
        String prefix = path.equals("/") ? "/" : path + "/";
        return nodes.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> entry.getKey().indexOf('/', prefix.length()) < 0)
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(prefix.length()),
                        Map.Entry::getValue,
                        (a, _) -> a,
                        TreeMap::new));
    }

    public Map<String, ObjectNode> all() {
        return Collections.unmodifiableMap(nodes);
    }
}
