package org.margay.provision.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.provision.ProvisionException;
import org.margay.provision.Provisioner;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.resolver.ResolutionException;
import org.osgi.service.resolver.Resolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository in a folder: an index, made when the distribution is built, and the bundles beside it. The framework property {@value
 * #INDEX} says where the index is. It is read when first needed; a bundle's file must have the digest that the index says.
 */
@Component
public final class RepositoryProvisioner implements Provisioner {
    static final String INDEX = "margay.repository";

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryProvisioner.class);

    private final BundleContext context;
    private final Resolver resolver;
    private @Nullable List<IndexedResource> resources;

    @Activate
    public RepositoryProvisioner(BundleContext context, @Reference Resolver resolver) {
        this.context = context;
        this.resolver = resolver;
    }

    @Override
    public synchronized List<String> names(String namespace) {
        try {
            return resources().stream()
                    .flatMap(resource -> resource.names(namespace))
                    .sorted()
                    .distinct()
                    .toList();
        } catch (ProvisionException e) {
            LOG.warn("{}", e.getMessage());
            return List.of();
        }
    }

    @Override
    public synchronized boolean provide(String namespace, String name) throws ProvisionException {
        Optional<IndexedResource> offering = resources().stream()
                .filter(resource -> resource.names(namespace).anyMatch(name::equals))
                .findFirst();
        if (offering.isEmpty()) {
            return false;
        }
        install(offering.get());
        return true;
    }

    private void install(IndexedResource wanted) throws ProvisionException {
        List<Bundle> installed = new ArrayList<>();
        try {
            for (IndexedResource resource : missing(wanted)) {
                installed.add(context.installBundle(
                        "margay-repository:" + resource.identity(), new ByteArrayInputStream(content(resource))));
            }
            // What the wanted one needs comes before it.
            for (Bundle bundle : installed.reversed()) {
                boolean fragment = (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
                if (!fragment) {
                    bundle.start();
                }
            }
            LOG.info("installed {} from the driver repository", installed);
        } catch (BundleException | IOException | ResolutionException e) {
            installed.reversed().forEach(RepositoryProvisioner::takeBack);
            throw new ProvisionException(
                    "bundle %s of the driver repository can't be used: %s".formatted(wanted, e.getMessage()), e);
        }
    }

    /** The wanted bundle, first, and those of the repository that it needs and the framework does not have. */
    private List<IndexedResource> missing(IndexedResource wanted) throws ProvisionException, ResolutionException {
        FrameworkContext world = new FrameworkContext(wanted, context.getBundles(), resources());
        List<IndexedResource> missing = new ArrayList<>(List.of(wanted));
        resolver.resolve(world).keySet().stream()
                .filter(IndexedResource.class::isInstance)
                .map(IndexedResource.class::cast)
                .filter(resource -> resource != wanted && resource.isBundle())
                .forEach(missing::add);
        return missing;
    }

    private byte[] content(IndexedResource resource) throws IOException {
        String location = resource.location().orElseThrow(() -> new IOException("the index does not say where it is"));
        byte[] content = Files.readAllBytes(Path.of(indexAddress().resolve(location)));
        String digest = HexFormat.of().formatHex(sha256().digest(content));
        if (!digest.equalsIgnoreCase(resource.digest().orElse(""))) {
            throw new IOException("its file is not the one that the index describes (SHA-256)");
        }
        return content;
    }

    private List<IndexedResource> resources() throws ProvisionException {
        List<IndexedResource> known = resources;
        if (known == null) {
            if (context.getProperty(INDEX) == null) {
                return List.of();
            }
            try (InputStream index = Files.newInputStream(Path.of(indexAddress()))) {
                known = IndexReader.read(index);
            } catch (IOException e) {
                throw new ProvisionException("the driver repository can't be read: " + e.getMessage(), e);
            }
            resources = known;
        }
        return known;
    }

    private URI indexAddress() {
        return Path.of(context.getProperty(INDEX)).toUri();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void takeBack(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            LOG.warn("{} can't be uninstalled", bundle, e);
        }
    }
}
