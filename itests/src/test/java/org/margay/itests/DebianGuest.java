package org.margay.itests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Debian's cloud kernel with a small initrd, fetched by the distribution's script when it is not there. */
final class DebianGuest {
    /** Boot takes seconds; a loaded machine may need many of them. */
    static final Duration BOOT = Duration.ofMinutes(4);

    private static final Path FOLDER = Path.of(System.getProperty("margay.guest"));

    private DebianGuest() {}

    /** Starts it with the console on the terminal and more options. Fails when the guest can't be fetched. */
    static Margay boot(String... more) throws IOException, InterruptedException {
        fetch();
        List<String> options = new ArrayList<>(List.of(
                "-m", "256",
                "-display", "none",
                "-kernel", FOLDER.resolve("vmlinuz").toString(),
                "-initrd", FOLDER.resolve("initrd.gz").toString(),
                "-append", "console=ttyS0",
                "-serial", "stdio"));
        options.addAll(Arrays.asList(more));
        return Margay.start(options.toArray(String[]::new));
    }

    private static void fetch() throws IOException, InterruptedException {
        int code = new ProcessBuilder(System.getProperty("margay.fetch"), FOLDER.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("the guest could not be fetched from Debian packages");
        }
    }
}
