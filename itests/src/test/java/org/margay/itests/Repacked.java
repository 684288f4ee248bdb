package org.margay.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Later versions of the distribution's drivers, which do the same. */
final class Repacked {
    private static final Path REPOSITORY = Path.of(System.getProperty("margay.home"), "repo");

    private Repacked() {}

    /** Writes a bundle of the repository with another version. */
    static void bundle(String name, Path to, String version) throws IOException {
        try (InputStream in = Files.newInputStream(REPOSITORY.resolve(name + ".jar"));
                JarInputStream jar = new JarInputStream(in)) {
            Manifest manifest = jar.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (OutputStream out = Files.newOutputStream(to);
                    JarOutputStream copy = new JarOutputStream(out, manifest)) {
                for (JarEntry entry; (entry = jar.getNextJarEntry()) != null; ) {
                    copy.putNextEntry(new JarEntry(entry.getName()));
                    jar.transferTo(copy);
                }
            }
        }
    }
}
