package org.margay.itests.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs the latch into bundles: always the same classes, each time another behaviour and version. */
public final class LatchBundle {
    /** Its symbolic name. */
    public static final String NAME = "org.margay.itests.latch";

    private static final List<String> CLASSES = List.of(
            "Behaviour",
            "LatchActivator",
            "LatchDriver",
            "LatchDriver$Latch",
            "LatchDriver$Properties",
            "LatchDriver$State");

    private LatchBundle() {}

    /** A jar. */
    public static byte[] of(Behaviour behaviour, String version) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest(behaviour, version))) {
            for (String name : CLASSES) {
                String path = "org/margay/itests/driver/" + name + ".class";
                jar.putNextEntry(new JarEntry(path));
                try (InputStream code = LatchBundle.class.getClassLoader().getResourceAsStream(path)) {
                    Objects.requireNonNull(code, path).transferTo(jar);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Manifest manifest(Behaviour behaviour, String version) {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", NAME);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Bundle-Activator", "org.margay.itests.driver.LatchActivator");
        headers.putValue(
                "Import-Package",
                "org.osgi.framework,org.margay.machine,org.margay.memory,org.margay.pci,org.margay.qmp,"
                        + "org.margay.machine.property");
        headers.putValue("Provide-Capability", "org.margay.driver;name:List<String>=\"x-latch\"");
        headers.putValue(LatchActivator.HEADER, behaviour.name());
        return manifest;
    }
}
