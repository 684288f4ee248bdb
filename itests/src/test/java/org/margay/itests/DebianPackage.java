package org.margay.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files out of Debian packages, fetched without installing them and kept under target/. */
final class DebianPackage {
    private static final Path FOLDER = Path.of("target", "packages").toAbsolutePath();

    private DebianPackage() {}

    /** A file of a package; fails when the package can't be fetched. */
    static synchronized Path file(String name, String path) throws IOException, InterruptedException {
        Path root = FOLDER.resolve(name);
        Path file = root.resolve(path);
        if (!Files.exists(file)) {
            Files.createDirectories(root);
            if (!fetch(name, root)) {
                run(root, "apt-get", "update", "-qq");
                if (!fetch(name, root)) {
                    throw new AssertionError("package %s could not be fetched".formatted(name));
                }
            }
        }
        if (!Files.exists(file)) {
            throw new AssertionError("package %s has no %s".formatted(name, path));
        }
        return file;
    }

    private static boolean fetch(String name, Path root) throws IOException, InterruptedException {
        if (!run(root, "apt-get", "download", "-qq", name)) {
            return false;
        }
        try (Stream<Path> files = Files.list(root)) {
            Path archive = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
            return run(root, "dpkg-deb", "-x", archive.toString(), ".");
        }
    }

    private static boolean run(Path folder, String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor()
                == 0;
    }
}
