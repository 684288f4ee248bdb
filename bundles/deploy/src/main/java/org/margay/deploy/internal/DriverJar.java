package org.margay.deploy.internal;

import java.io.File;
import java.io.IOException;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;

/**
 * What a jar says of itself.
 *
 * @param symbolicName of the bundle, or empty when it is none
 * @param offersDrivers whether it has a capability by which drivers, options and the like are found
 */
record DriverJar(Optional<String> symbolicName, boolean offersDrivers) {
    /** All namespaces of what is found by name begin so. */
    private static final String NAMESPACES = "org.margay.";

    /** @throws IOException when the file is no jar */
    static DriverJar read(File file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            @Nullable Manifest manifest = jar.getManifest();
            Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
            @Nullable String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            @Nullable String capabilities = headers.getValue(Constants.PROVIDE_CAPABILITY);
            return new DriverJar(
                    Optional.ofNullable(name).map(header -> header.split(";", 2)[0].strip()),
                    capabilities != null && capabilities.matches("(?s)(.*[,\\s])?" + NAMESPACES + ".*"));
        }
    }
}
