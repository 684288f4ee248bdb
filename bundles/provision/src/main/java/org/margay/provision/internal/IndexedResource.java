package org.margay.provision.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/** A bundle of the repository as its index describes it; filled by {@link IndexReader}, then left alone. */
final class IndexedResource implements Resource {
    /** Says where a bundle's file is, and its digest (OSGi Compendium 8, 132.6.1). */
    private static final String CONTENT = "osgi.content";

    private static final String IDENTITY = "osgi.identity";

    private final List<Capability> capabilities = new ArrayList<>();
    private final List<Requirement> requirements = new ArrayList<>();

    /** Adds a capability with attributes and directives as the index has them. */
    void offer(String namespace, Map<String, Object> attributes, Map<String, String> directives) {
        capabilities.add(new Clause(namespace, attributes, directives, this));
    }

    /** Adds a requirement. */
    void require(String namespace, Map<String, Object> attributes, Map<String, String> directives) {
        requirements.add(new Clause(namespace, attributes, directives, this));
    }

    /** Values of the "name" attribute of capabilities in a namespace: one text, or a list. */
    Stream<String> names(String namespace) {
        return getCapabilities(namespace).stream()
                .flatMap(capability -> switch (capability.getAttributes().get("name")) {
                    case Collection<?> names -> names.stream().map(Object::toString);
                    case null -> Stream.empty();
                    case Object name -> Stream.of(name.toString());
                });
    }

    /** The bundle's symbolic name. */
    String identity() {
        return String.valueOf(attribute(IDENTITY, IDENTITY).orElse("?"));
    }

    /**
     * Whether there is a file. For each version of Java that a multi-release jar knows, bnd's indexer adds a resource which has
     * nothing but that version's requirements.
     */
    boolean isBundle() {
        return attribute(IDENTITY, "type").filter("bnd.synthetic"::equals).isEmpty();
    }

    /** The file's address, relative to the index. */
    Optional<String> location() {
        return attribute(CONTENT, "url").map(Object::toString);
    }

    /** SHA-256 of the file in hexadecimal. */
    Optional<String> digest() {
        return attribute(CONTENT, CONTENT).map(Object::toString);
    }

    private Optional<Object> attribute(String namespace, String attribute) {
        return getCapabilities(namespace).stream()
                .<@Nullable Object>map(capability -> capability.getAttributes().get(attribute))
                .filter(Objects::nonNull)
                .findFirst();
    }

    @Override
    public List<Capability> getCapabilities(@Nullable String namespace) {
        return capabilities.stream()
                .filter(capability ->
                        namespace == null || capability.getNamespace().equals(namespace))
                .toList();
    }

    @Override
    public List<Requirement> getRequirements(@Nullable String namespace) {
        return requirements.stream()
                .filter(requirement ->
                        namespace == null || requirement.getNamespace().equals(namespace))
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return identity();
    }

    /** A capability or requirement; each is equal to itself only. */
    private static final class Clause implements Capability, Requirement {
        private final String namespace;
        private final Map<String, Object> attributes;
        private final Map<String, String> directives;
        private final IndexedResource resource;

        Clause(
                String namespace,
                Map<String, Object> attributes,
                Map<String, String> directives,
                IndexedResource resource) {
            this.namespace = namespace;
            this.attributes = Map.copyOf(attributes);
            this.directives = Map.copyOf(directives);
            this.resource = resource;
        }

        @Override
        public String getNamespace() {
            return namespace;
        }

        @Override
        public Map<String, Object> getAttributes() {
            return attributes;
        }

        @Override
        public Map<String, String> getDirectives() {
            return directives;
        }

        @Override
        public IndexedResource getResource() {
            return resource;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        /** What the resolver names when a requirement is not met. */
        @Override
        public String toString() {
            return namespace + (directives.isEmpty() ? attributes : directives);
        }
    }
}
