package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The distribution, started as a user starts it, with its terminal in the test's hands. */
final class Margay implements AutoCloseable {
    private static final Path HOME = Path.of(System.getProperty("margay.home"));

    private final Process process;
    private final Path errors;
    private final Console terminal;

    private Margay(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.terminal = new Console(process.getInputStream(), process.getOutputStream());
    }

    /** Starts with options; see {@link #terminal()} for its standard input and output. */
    static Margay start(String... options) throws IOException {
        return startWith(List.of(), options);
    }

    /** The same, with options of the JVM. */
    static Margay startWith(List<String> jvm, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/margay").toString()));
        command.addAll(Arrays.asList(options));
        Path errors = Files.createTempFile("margay", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        if (!jvm.isEmpty()) {
            builder.environment().put("MARGAY_JVM_OPTS", String.join(" ", jvm));
        }
        return new Margay(builder.start(), errors);
    }

    Console terminal() {
        return terminal;
    }

    Process process() {
        return process;
    }

    /** What it wrote to standard error so far. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Waits for its end and gives the exit code. */
    int exitCode() throws IOException, InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("process ended; %s", errors())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Files.deleteIfExists(errors);
    }
}
