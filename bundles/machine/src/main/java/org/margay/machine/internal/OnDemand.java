package org.margay.machine.internal;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.margay.provision.ProvisionException;
import org.margay.provision.Provisioner;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Finds services by name, and lets the driver repository bring those that are not there. */
@Component(service = {OnDemand.class, ServiceFinder.class})
public final class OnDemand implements ServiceFinder {
    private final Services services;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable Provisioner provisioner;

    @Activate
    public OnDemand(@Reference Services services) {
        this.services = services;
    }

    /**
     * The service of a name.
     *
     * @param property the service property that holds its names
     * @param namespace of the capability that its bundle has when it is in the repository
     * @throws OptionException when its bundle is in the repository but can't be used
     */
    public <T> Optional<T> find(Class<T> type, String property, String namespace, String name) throws OptionException {
        Optional<T> there = services.find(type, property, name);
        Provisioner repository = provisioner;
        if (there.isPresent() || repository == null) {
            return there;
        }
        try {
            return repository.provide(namespace, name) ? services.find(type, property, name) : Optional.empty();
        } catch (ProvisionException e) {
            throw new OptionException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public <T> Optional<T> find(Kind<T> kind, String name) throws OptionException {
        return find(kind.type(), kind.property(), kind.namespace(), name);
    }

    @Override
    public <T> Optional<T> registered(Kind<T> kind, String name) {
        return services.find(kind.type(), kind.property(), name);
    }

    @Override
    public <T> List<T> registered(Kind<T> kind) {
        return services.all(kind.type());
    }

    @Override
    public List<String> names(Kind<?> kind) {
        TreeSet<String> names = new TreeSet<>(services.names(kind.type(), kind.property()));
        names.addAll(names(kind.namespace()));
        return List.copyOf(names);
    }

    /** Names of what the repository offers. */
    public List<String> names(String namespace) {
        Provisioner repository = provisioner;
        return repository == null ? List.of() : repository.names(namespace);
    }
}
