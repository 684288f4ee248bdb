package org.margay.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of the host that tests measure us by; "./dev itest" installs them. */
public final class HostTool {
    private HostTool() {}

    /**
     * Runs one, and gives what it printed.
     *
     * @throws AssertionError when it fails, with what it printed
     */
    public static String run(Object... command) throws IOException, InterruptedException {
        Result result = tryRun(command);
        if (result.exitCode() != 0) {
            throw new AssertionError(
                    "%s ended with %d:%n%s".formatted(Arrays.toString(command), result.exitCode(), result.output()));
        }
        return result.output();
    }

    /** How a program ended, and what it printed. */
    public record Result(int exitCode, String output) {}

    public static Result tryRun(Object... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        // Where Debian has tools that only administrators are thought to need.
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        words.set(0, find(words.getFirst(), builder.environment().get("PATH")));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static String find(String name, String path) {
        return Arrays.stream(path.split(":"))
                .map(folder -> Path.of(folder).resolve(name))
                .filter(file -> file.toFile().canExecute())
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new AssertionError("%s is missing: ./dev itest installs it".formatted(name)));
    }

    /** Whether an image has no errors and no leaks. */
    public static void checkImage(Path image, String format) throws IOException, InterruptedException {
        run("qemu-img", "check", "-f", format, image);
    }
}
