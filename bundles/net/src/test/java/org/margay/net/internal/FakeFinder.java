package org.margay.net.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;

/** Services by name, some of which come only when they are looked for. */
public final class FakeFinder implements ServiceFinder {
    private record Entry(Kind<?> kind, String name) {}

    private final Map<Entry, Object> here = new LinkedHashMap<>();
    private final Map<Entry, Object> elsewhere = new LinkedHashMap<>();
    private final List<String> installed = new ArrayList<>();

    public <T> FakeFinder with(Class<?> type, String property, String namespace, String name, Object service) {
        here.put(new Entry(new Kind<>(type, property, namespace), name), service);
        return this;
    }

    /** In the repository. */
    public <T> FakeFinder offering(Class<?> type, String property, String namespace, String name, Object service) {
        elsewhere.put(new Entry(new Kind<>(type, property, namespace), name), service);
        return this;
    }

    /** Names of what was installed since the last call. */
    public List<String> takeInstalled() {
        List<String> taken = List.copyOf(installed);
        installed.clear();
        return taken;
    }

    @Override
    public <T> Optional<T> find(Kind<T> kind, String name) throws OptionException {
        Entry entry = new Entry(kind, name);
        Object service = elsewhere.remove(entry);
        if (service != null) {
            installed.add(name);
            if (service instanceof String broken) {
                throw new OptionException(broken);
            }
            here.put(entry, service);
        }
        return registered(kind, name);
    }

    @Override
    public <T> Optional<T> registered(Kind<T> kind, String name) {
        return Optional.ofNullable(here.get(new Entry(kind, name))).map(kind.type()::cast);
    }

    @Override
    public <T> List<T> registered(Kind<T> kind) {
        return here.entrySet().stream()
                .filter(entry -> entry.getKey().kind().equals(kind))
                .map(entry -> kind.type().cast(entry.getValue()))
                .distinct()
                .toList();
    }

    @Override
    public List<String> names(Kind<?> kind) {
        TreeSet<String> names = new TreeSet<>();
        for (Map<Entry, Object> place : List.of(here, elsewhere)) {
            place.keySet().stream()
                    .filter(entry -> entry.kind().equals(kind))
                    .map(Entry::name)
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }
}
