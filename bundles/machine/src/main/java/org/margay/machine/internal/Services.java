package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Looks services up by the names that their annotations gave them; only those taken are made. */
@Component(service = Services.class)
public final class Services {
    private final BundleContext context;

    @Activate
    public Services(BundleContext context) {
        this.context = context;
    }

    /** The service of a name, the highest ranking one when several have it. */
    public <T> Optional<T> find(Class<T> type, String property, String name) {
        return references(type).stream()
                .filter(reference -> names(reference, property).contains(name))
                .findFirst()
                .map(context::getService);
    }

    /** All services of a type, highest ranking first. */
    public <T> List<T> all(Class<T> type) {
        List<T> all = new ArrayList<>();
        for (ServiceReference<T> reference : references(type)) {
            @Nullable T service = context.getService(reference);
            if (service != null) {
                all.add(service);
            }
        }
        return all;
    }

    /** All names under which services of a type are registered. */
    public <T> List<String> names(Class<T> type, String property) {
        return references(type).stream()
                .flatMap(reference -> names(reference, property).stream())
                .sorted()
                .distinct()
                .toList();
    }

    /** Services by the name of the bundle that offers them, in the order of these names. */
    public <T> SortedMap<String, List<T>> byBundle(Class<T> type) {
        SortedMap<String, List<T>> groups = new TreeMap<>();
        for (ServiceReference<T> reference : references(type)) {
            @Nullable T service = context.getService(reference);
            String bundle = Objects.requireNonNullElse(
                    reference.getBundle().getHeaders().get("Bundle-Name"), "");
            if (service != null) {
                groups.computeIfAbsent(bundle, _ -> new ArrayList<>()).add(service);
            }
        }
        return groups;
    }

    private <T> List<ServiceReference<T>> references(Class<T> type) {
        try {
            Collection<ServiceReference<T>> references = context.getServiceReferences(type, null);
            return references.stream()
                    .sorted(Comparator.<ServiceReference<T>>naturalOrder().reversed())
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Collection<String> names(ServiceReference<?> reference, String property) {
        return switch (reference.getProperty(property)) {
            case String name -> List.of(name);
            case String[] names -> Arrays.asList(names);
            case null, default -> List.of();
        };
    }
}
