package org.margay.machine;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Host-side ends that devices name by id: character devices, network back ends, drives; each kind is an interface with ids
 * of its own. Under the machine lock.
 */
public final class Backends {
    private final Map<Class<?>, Map<String, Object>> kinds = new LinkedHashMap<>();

    /**
     * Adds a back end.
     *
     * @throws DeviceException when another of the kind has its id
     */
    public <T> void add(Class<T> kind, String id, T backend) throws DeviceException {
        if (kinds.computeIfAbsent(kind, _ -> new LinkedHashMap<>()).putIfAbsent(id, backend) != null) {
            throw new DeviceException("Duplicate ID '%s' for %s"
                    .formatted(id, kind.getSimpleName().toLowerCase(Locale.ROOT)));
        }
    }

    public void remove(Class<?> kind, String id) {
        kinds.getOrDefault(kind, new LinkedHashMap<>()).remove(id);
    }

    public <T> Optional<T> find(Class<T> kind, String id) {
        return Optional.ofNullable(all(kind).get(id));
    }

    /** All of a kind by id, in the order of adding. */
    public <T> Map<String, T> all(Class<T> kind) {
        Map<String, T> all = new LinkedHashMap<>();
        kinds.getOrDefault(kind, Map.of()).forEach((id, backend) -> all.put(id, kind.cast(backend)));
        return all;
    }
}
