package org.margay.itests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Debian kernel with a small initrd, fetched by the distribution's script when it is not there. */
enum DebianGuest {
    /** The cloud kernel: drivers of virtio only. */
    CLOUD("", "256"),
    /** The kernel for any PC, with the drivers of all our cards. */
    FULL("full", "512");

    /** Boot takes seconds; a loaded machine may need many of them. */
    static final Duration BOOT = Duration.ofMinutes(4);

    private static final Path FOLDER = Path.of(System.getProperty("margay.guest"));

    private final String flavour;
    private final String mebibytes;

    DebianGuest(String flavour, String mebibytes) {
        this.flavour = flavour;
        this.mebibytes = mebibytes;
    }

    /** Starts the cloud kernel with the console on the terminal and more options. */
    static Margay boot(String... more) throws IOException, InterruptedException {
        return CLOUD.start(more);
    }

    /** The same, with options of the JVM. */
    static Margay bootWith(List<String> jvm, String... more) throws IOException, InterruptedException {
        return CLOUD.start("", jvm, more);
    }

    /** Starts it with the console on the terminal and more options. Fails when the guest can't be fetched. */
    Margay start(String... more) throws IOException, InterruptedException {
        return start("", List.of(), more);
    }

    /** The same with a root on a disk, such as "/dev/vda". */
    Margay startFrom(String disk, String... more) throws IOException, InterruptedException {
        return start(" root=" + disk, List.of(), more);
    }

    /** Starts it with another archive to run from, and so much memory. */
    Margay startWith(Path initrd, String mebibytes, String... more) throws IOException, InterruptedException {
        // Options that come later win.
        List<String> options = new ArrayList<>(List.of("-initrd", initrd.toString(), "-m", mebibytes));
        options.addAll(Arrays.asList(more));
        return start(options.toArray(String[]::new));
    }

    /** The archive that the guest runs from. Fails when it can't be fetched. */
    Path initrd() throws IOException, InterruptedException {
        Path folder = FOLDER.resolve(flavour);
        fetch(folder);
        return folder.resolve("initrd.gz");
    }

    private Margay start(String kernelOptions, List<String> jvm, String[] more)
            throws IOException, InterruptedException {
        Path folder = FOLDER.resolve(flavour);
        fetch(folder);
        List<String> options = new ArrayList<>(List.of(
                "-m",
                mebibytes,
                "-display",
                "none",
                "-kernel",
                folder.resolve("vmlinuz").toString(),
                "-initrd",
                folder.resolve("initrd.gz").toString(),
                "-append",
                "console=ttyS0 mitigations=off" + kernelOptions,
                "-serial",
                "stdio"));
        options.addAll(Arrays.asList(more));
        return Margay.startWith(jvm, options.toArray(String[]::new));
    }

    /** Its kernel, once it was started. */
    Path kernel() {
        return FOLDER.resolve(flavour).resolve("vmlinuz");
    }

    private void fetch(Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("margay.fetch"), folder.toString()));
        if (!flavour.isEmpty()) {
            command.add(flavour);
        }
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new AssertionError("the guest could not be fetched from Debian packages");
        }
    }
}
