package org.margay.provision.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.provision.ProvisionException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.service.resolver.Resolver;

/** A real framework and a repository of bundles made on the spot. */
class RepositoryProvisionerTest {
    @TempDir
    Path folder;

    private final StringBuilder index = new StringBuilder("<repository>");
    private Framework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("storage").toString(),
                        RepositoryProvisioner.INDEX,
                        folder.resolve("index.xml").toString(),
                        "felix.log.level",
                        "0"));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    /** Puts a bundle into the repository. */
    private Path offer(String name, String option, String exported, String imported) throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        if (exported != null) {
            headers.putValue(Constants.EXPORT_PACKAGE, exported);
        }
        if (imported != null) {
            headers.putValue(Constants.IMPORT_PACKAGE, imported);
        }
        Path jar = folder.resolve(name + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.finish();
        }
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        index.append("<resource><capability namespace='osgi.identity'><attribute name='osgi.identity' value='%s'/>"
                        .formatted(name))
                .append("<attribute name='type' value='osgi.bundle'/></capability>")
                .append("<capability namespace='osgi.content'><attribute name='osgi.content' value='%s'/>"
                        .formatted(digest))
                .append("<attribute name='url' value='%s.jar'/></capability>".formatted(name));
        if (option != null) {
            index.append(
                            "<capability namespace='test.option'><attribute name='name' value='%s' type='List&lt;String>'/>"
                                    .formatted(option))
                    .append("</capability>");
        }
        if (exported != null) {
            index.append(
                            "<capability namespace='osgi.wiring.package'><attribute name='osgi.wiring.package' value='%s'/>"
                                    .formatted(exported))
                    .append("</capability>");
        }
        if (imported != null) {
            index.append("<requirement namespace='osgi.wiring.package'><directive name='filter'"
                    + " value='(osgi.wiring.package=%s)'/></requirement>".formatted(imported));
        }
        index.append("</resource>");
        return jar;
    }

    private RepositoryProvisioner provisioner() throws IOException {
        Files.writeString(folder.resolve("index.xml"), index + "</repository>");
        BundleContext context = framework.getBundleContext();
        return new RepositoryProvisioner(context, context.getService(context.getServiceReference(Resolver.class)));
    }

    private List<String> active() {
        return Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .sorted()
                .toList();
    }

    @Test
    void bringsABundleWithWhatItNeedsAndNothingElse() throws Exception {
        offer("driver", "-a,-b", null, "library.api");
        offer("library", null, "library.api", "org.osgi.framework");
        offer("stranger", "-c", null, null);
        RepositoryProvisioner provisioner = provisioner();
        assertThat(provisioner.names("test.option")).containsExactly("-a", "-b", "-c");
        assertThat(provisioner.provide("test.option", "-z")).isFalse();
        assertThat(active()).isEmpty();
        assertThat(provisioner.provide("test.option", "-b")).isTrue();
        assertThat(active()).containsExactly("driver", "library");
    }

    @Test
    void usesWhatIsThereAlready() throws Exception {
        Path there = offer("library", null, "library.api", null);
        offer("driver", "-a", null, "library.api");
        framework.getBundleContext().installBundle(there.toUri().toString()).start();
        assertThat(provisioner().provide("test.option", "-a")).isTrue();
        assertThat(active()).containsExactly("driver", "library");
    }

    @Test
    void refusesAFileThatIsNotTheIndexedOneAndLeavesNothing() throws Exception {
        offer("driver", "-a", null, "library.api");
        Path library = offer("library", null, "library.api", null);
        Files.write(library, new byte[] {0}, StandardOpenOption.APPEND);
        RepositoryProvisioner provisioner = provisioner();
        assertThatThrownBy(() -> provisioner.provide("test.option", "-a"))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("driver")
                .hasMessageContaining("SHA-256");
        assertThat(framework.getBundleContext().getBundles()).hasSize(1);
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        offer("driver", "-a", null, "nobody.has.it");
        RepositoryProvisioner provisioner = provisioner();
        assertThatThrownBy(() -> provisioner.provide("test.option", "-a"))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("nobody.has.it");
        assertThat(framework.getBundleContext().getBundles()).hasSize(1);
    }

    @Test
    void anIndexThatIsNoneOffersNothing() throws Exception {
        Files.writeString(folder.resolve("index.xml"), "<repository><resource><capability/>");
        BundleContext context = framework.getBundleContext();
        RepositoryProvisioner provisioner =
                new RepositoryProvisioner(context, context.getService(context.getServiceReference(Resolver.class)));
        assertThat(provisioner.names("test.option")).isEmpty();
        assertThatThrownBy(() -> provisioner.provide("test.option", "-a")).isInstanceOf(ProvisionException.class);
    }

    @Test
    void readsTypedAttributes() throws Exception {
        String text = "<repository><resource><capability namespace='n'><attribute name='v' value='1.2' type='Version'/>"
                + "<attribute name='l' value='7' type='Long'/></capability></resource></repository>";
        IndexedResource resource = IndexReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .getFirst();
        assertThat(resource.getCapabilities("n").getFirst().getAttributes())
                .containsEntry("l", 7L)
                .containsEntry("v", Version.parseVersion("1.2"));
    }
}
