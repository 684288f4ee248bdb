package org.margay.netdev.tap.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Programs for tests. */
final class Scripts {
    private Scripts() {}

    static String write(Path folder, String name, String... lines) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
