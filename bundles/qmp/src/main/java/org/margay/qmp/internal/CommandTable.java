package org.margay.qmp.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpEventSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The commands and events that are registered now. A command's service is not fetched, so its class not loaded, before
 * its first call; this also lets commands depend on this table. Any thread.
 */
@Component(service = CommandTable.class)
public final class CommandTable {
    /** A command ready to be called. */
    record Callable<A extends Record>(QmpCommand<A> command, ArgumentBinder<A> binder) {
        static <A extends Record> Callable<A> of(QmpCommand<A> command) {
            return new Callable<>(command, new ArgumentBinder<>(command.argumentsType()));
        }
    }

    /** A registered command, made callable when first called. */
    private static final class Entry {
        private final Object registration;
        private final Supplier<? extends @Nullable QmpCommand<?>> service;
        private volatile @Nullable Callable<?> callable;

        Entry(Object registration, Supplier<? extends @Nullable QmpCommand<?>> service) {
            this.registration = registration;
            this.service = service;
        }

        /** Null when the service is just going. */
        @Nullable
        Callable<?> callable() {
            Callable<?> ready = callable;
            if (ready == null) {
                QmpCommand<?> command = service.get();
                if (command != null) {
                    ready = Callable.of(command);
                    callable = ready;
                }
            }
            return ready;
        }
    }

    private final Map<String, Entry> commands = new ConcurrentHashMap<>();
    private final List<QmpEventSource> eventSources = new CopyOnWriteArrayList<>();
    private final @Nullable BundleContext context;

    @Activate
    public CommandTable(BundleContext context) {
        this.context = context;
    }

    /** A table outside a framework. */
    CommandTable() {
        this.context = null;
    }

    @Reference(
            service = QmpCommand.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addCommand(ServiceReference<QmpCommand<?>> reference) {
        BundleContext services = Objects.requireNonNull(context);
        add(reference, names(reference), () -> services.getService(reference));
    }

    void removeCommand(ServiceReference<QmpCommand<?>> reference) {
        remove(reference);
        Objects.requireNonNull(context).ungetService(reference);
    }

    void add(Object registration, Collection<String> names, Supplier<? extends @Nullable QmpCommand<?>> service) {
        Entry entry = new Entry(registration, service);
        names.forEach(name -> commands.put(name, entry));
    }

    void remove(Object registration) {
        commands.values().removeIf(entry -> entry.registration.equals(registration));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addEventSource(QmpEventSource source) {
        eventSources.add(source);
    }

    void removeEventSource(QmpEventSource source) {
        eventSources.remove(source);
    }

    @Nullable
    Callable<?> find(String name) {
        Entry entry = commands.get(name);
        return entry == null ? null : entry.callable();
    }

    /** In alphabetical order. */
    public Collection<String> commandNames() {
        return new TreeSet<>(commands.keySet());
    }

    /** In alphabetical order. */
    public Collection<String> eventNames() {
        Collection<String> names = new TreeSet<>();
        for (QmpEventSource source : eventSources) {
            names.addAll(source.events());
        }
        return names;
    }

    private static List<String> names(ServiceReference<?> reference) {
        return switch (reference.getProperty("command.name")) {
            case String name -> List.of(name);
            case String[] names -> List.of(names);
            case null, default -> List.of();
        };
    }
}
