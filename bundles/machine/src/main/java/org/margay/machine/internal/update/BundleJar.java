package org.margay.machine.internal.update;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/**
 * A bundle's content, to install it from. Where a bundle came from may be gone or be something else by now, so the one that is
 * installed is read out of the framework.
 */
record BundleJar(byte[] content) {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    /** The installed content of a bundle. */
    static BundleJar of(Bundle bundle) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            // Readers of jars find the manifest only as the first entry.
            copy(bundle.getEntry(MANIFEST), MANIFEST, jar);
            @Nullable Enumeration<URL> entries = bundle.findEntries("/", "*", true);
            for (URL entry : Collections.list(entries == null ? Collections.emptyEnumeration() : entries)) {
                String name = entry.getPath().substring(1);
                if (!name.endsWith("/") && !name.equals(MANIFEST)) {
                    copy(entry, name, jar);
                }
            }
        }
        return new BundleJar(bytes.toByteArray());
    }

    private static void copy(@Nullable URL entry, String name, JarOutputStream jar) throws IOException {
        if (entry != null) {
            jar.putNextEntry(new ZipEntry(name));
            try (InputStream content = entry.openStream()) {
                content.transferTo(jar);
            }
            jar.closeEntry();
        }
    }

    /**
     * A new version of a bundle.
     *
     * @throws DeviceException when it is no bundle, or another one
     */
    static BundleJar update(Bundle bundle, InputStream jar) throws DeviceException, IOException {
        BundleJar update = new BundleJar(jar.readAllBytes());
        @Nullable String name = update.symbolicName();
        if (name == null) {
            throw new DeviceException("not a bundle: no %s in %s".formatted(Constants.BUNDLE_SYMBOLICNAME, MANIFEST));
        }
        if (!name.equals(bundle.getSymbolicName())) {
            throw new DeviceException("bundle '%s' is no update of '%s'".formatted(name, bundle.getSymbolicName()));
        }
        return update;
    }

    private @Nullable String symbolicName() throws IOException {
        try (JarInputStream jar = new JarInputStream(open())) {
            @Nullable Manifest manifest = jar.getManifest();
            @Nullable
            String header =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            return header == null ? null : header.split(";", 2)[0].strip();
        }
    }

    InputStream open() {
        return new ByteArrayInputStream(content);
    }
}
