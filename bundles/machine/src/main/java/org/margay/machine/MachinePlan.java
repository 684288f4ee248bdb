package org.margay.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the user asked for, as the options' own records: each option's bundle defines a record, puts it in, and reads it back
 * when the machine is built. The plan knows none of them.
 */
public final class MachinePlan {
    private final Map<Class<?>, List<Object>> parts = new LinkedHashMap<>();

    /** Adds to the list of a kind. */
    public <T> void add(Class<T> kind, T part) {
        parts.computeIfAbsent(kind, _ -> new ArrayList<>()).add(part);
    }

    /** Replaces all of a kind: the last option wins. */
    public <T> void set(Class<T> kind, T part) {
        parts.put(kind, new ArrayList<>(List.of(part)));
    }

    /** All of a kind, in the order of the command line. */
    public <T> List<T> all(Class<T> kind) {
        return parts.getOrDefault(kind, List.of()).stream().map(kind::cast).toList();
    }

    /** The last of a kind. */
    public <T> Optional<T> get(Class<T> kind) {
        List<T> all = all(kind);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }
}
