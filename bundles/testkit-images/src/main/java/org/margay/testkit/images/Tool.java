package org.margay.testkit.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Programs of the host that tell what is right: qemu-img, qemu-io, fsck.fat. */
public final class Tool {
    /** What a program said, standard output and errors together. */
    public record Result(int status, String output) {}

    private Tool() {}

    /** Runs qemu-img, which must succeed. */
    public static String qemuImg(Object... arguments) {
        return run("qemu-utils", "qemu-img", arguments);
    }

    /** Runs qemu-io with commands on an image, which must succeed. */
    public static String qemuIo(String format, Object image, String... commands) {
        List<Object> arguments = new ArrayList<>(List.of("-f", format));
        for (String command : commands) {
            arguments.addAll(List.of("-c", command));
        }
        arguments.add(image);
        String said = run("qemu-utils", "qemu-io", arguments.toArray());
        if (said.contains("failed")) {
            throw new AssertionError("qemu-io: " + said);
        }
        return said;
    }

    /**
     * Runs a program that must succeed.
     *
     * @param debianPackage that has it
     */
    public static String run(String debianPackage, String program, Object... arguments) {
        Result result = tryRun(debianPackage, program, arguments);
        if (result.status() != 0) {
            throw new AssertionError(
                    "%s %s: status %d: %s".formatted(program, List.of(arguments), result.status(), result.output()));
        }
        return result.output();
    }

    /** Runs a program, whatever it says of it. */
    public static Result tryRun(String debianPackage, String program, Object... arguments) {
        List<String> command = Stream.concat(
                        Stream.of(program), Stream.of(arguments).map(Object::toString))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Tools for administrators lie where users don't look.
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        // Names of files beyond ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process;
        try {
            process = start(builder, command);
        } catch (IOException e) {
            throw new AssertionError("this test needs %s of Debian's package %s".formatted(program, debianPackage), e);
        }
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted in " + program, e);
        }
    }

    private static Process start(ProcessBuilder builder, List<String> command) throws IOException {
        // A program is looked up in the JVM's own PATH: /usr/sbin may not be in it.
        try {
            return builder.start();
        } catch (IOException e) {
            List<String> whole = new ArrayList<>(command);
            whole.set(0, "/usr/sbin/" + command.getFirst());
            builder.command(whole);
            try {
                return builder.start();
            } catch (IOException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }
}
