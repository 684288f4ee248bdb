package org.margay.provision.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.resource.Wiring;
import org.osgi.service.resolver.HostedCapability;
import org.osgi.service.resolver.ResolveContext;

/** What the resolver may use: the bundles of the framework as they are, before those of the repository. */
final class FrameworkContext extends ResolveContext {
    private final IndexedResource wanted;
    private final List<Resource> candidates = new ArrayList<>();
    private final Map<Resource, Wiring> wirings = new HashMap<>();

    FrameworkContext(IndexedResource wanted, Bundle[] bundles, List<IndexedResource> repository) {
        this.wanted = wanted;
        for (Bundle bundle : bundles) {
            @Nullable BundleRevision revision = bundle.adapt(BundleRevision.class);
            @Nullable BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (revision != null) {
                candidates.add(revision);
                if (wiring != null) {
                    wirings.put(revision, wiring);
                }
            }
        }
        candidates.addAll(repository);
    }

    @Override
    public Collection<Resource> getMandatoryResources() {
        return List.of(wanted);
    }

    @Override
    public List<Capability> findProviders(Requirement requirement) {
        return candidates.stream()
                .flatMap(candidate -> capabilities(candidate, requirement.getNamespace()))
                .filter(capability -> matches(requirement, capability))
                .toList();
    }

    private Stream<Capability> capabilities(Resource resource, String namespace) {
        @Nullable Wiring wiring = wirings.get(resource);
        return (wiring != null ? wiring.getResourceCapabilities(namespace) : resource.getCapabilities(namespace))
                .stream();
    }

    private static boolean matches(Requirement requirement, Capability capability) {
        @Nullable String filter = requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE);
        if (!effectiveNow(capability.getDirectives())) {
            return false;
        }
        try {
            return filter == null || FrameworkUtil.createFilter(filter).matches(capability.getAttributes());
        } catch (InvalidSyntaxException e) {
            return false;
        }
    }

    @Override
    public int insertHostedCapability(List<Capability> capabilities, HostedCapability hostedCapability) {
        capabilities.add(hostedCapability);
        return capabilities.size() - 1;
    }

    /** What only matters to active bundles, such as services, is no matter of wiring. */
    @Override
    public boolean isEffective(Requirement requirement) {
        return effectiveNow(requirement.getDirectives());
    }

    private static boolean effectiveNow(Map<String, String> directives) {
        return Namespace.EFFECTIVE_RESOLVE.equals(
                directives.getOrDefault(Namespace.CAPABILITY_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE));
    }

    @Override
    public Map<Resource, Wiring> getWirings() {
        return wirings;
    }
}
