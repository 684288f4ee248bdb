package org.margay.itests.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.mavenBundle;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The distribution's bundles in a Felix that runs in the tests' JVM. */
final class Container {
    private Container() {}

    static Option[] bundles() throws IOException {
        Path home = Path.of(System.getProperty("margay.home"));
        return options(
                junitBundles(),
                mavenBundle("net.bytebuddy", "byte-buddy", "1.18.3"),
                mavenBundle("org.assertj", "assertj-core", "3.27.7"),
                mavenBundle("com.fasterxml.jackson.core", "jackson-annotations", "2.22"),
                mavenBundle("com.fasterxml.jackson.core", "jackson-core", "2.22.4"),
                mavenBundle("com.fasterxml.jackson.core", "jackson-databind", "2.22.4"),
                systemPackages(
                        "org.slf4j;version=2.0.20",
                        "org.slf4j;version=1.7.36",
                        "org.slf4j.event;version=2.0.20",
                        "org.slf4j.helpers;version=2.0.20",
                        "org.slf4j.spi;version=2.0.20"),
                // Gogo's shell ends the framework when standard input does.
                frameworkProperty("gosh.args").value("--noshutdown --nointeractive"),
                frameworkProperty("margay.home").value(home.toString()),
                frameworkProperty("margay.repository")
                        .value(home.resolve("repo/index.xml").toString()),
                composite(jars(home)));
    }

    private static Option[] jars(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("bundle"))) {
            return files.map(jar -> bundle(jar.toUri().toString())).toArray(Option[]::new);
        }
    }
}
