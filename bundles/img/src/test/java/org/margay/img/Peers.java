package org.margay.img;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.block.BlockDrivers;

/** Our tool and qemu-img, each in a folder of its own, given the same commands: "@" in a word is the folder. */
final class Peers {
    /** How a command ended. */
    record Result(int code, String out, String err) {}

    final Path ours;
    final Path theirs;
    private final BlockDrivers drivers = BlockDrivers.onClassPath();

    Peers(Path folder) throws IOException {
        ours = Files.createDirectory(folder.resolve("ours"));
        theirs = Files.createDirectory(folder.resolve("them"));
    }

    static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/qemu-img"));
    }

    /** Words of a line, parted by blanks. */
    Result ours(String line) {
        return oursOf(words(line, ours));
    }

    private Result oursOf(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                words,
                drivers,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, tidy(out, ours), tidy(err, ours));
    }

    Result theirs(String line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(words(line, theirs));
        return run(command, theirs);
    }

    /** Runs a program in both folders: what both are to look at. */
    void inBoth(String line) throws IOException, InterruptedException {
        for (Path folder : List.of(ours, theirs)) {
            Result result = run(words(line, folder), folder);
            if (result.code() != 0) {
                throw new IOException(line + ": " + result);
            }
        }
    }

    private static List<String> words(String line, Path folder) {
        return Arrays.stream(line.split(" "))
                .map(word -> word.replace("@", folder.toString()))
                .toList();
    }

    private static Result run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path err = folder.resolve(".err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream in = process.getInputStream()) {
            in.transferTo(out);
        }
        int code = process.waitFor();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        errors.writeBytes(Files.readAllBytes(err));
        return new Result(code, tidy(out, folder), tidy(errors, folder));
    }

    /** Without the folder and the program's name; our qcow2 does not have one of their options. */
    private static String tidy(ByteArrayOutputStream bytes, Path folder) {
        return bytes.toString(StandardCharsets.UTF_8)
                .replace(folder.toString(), "@")
                .replace("qemu-img", "margay-img")
                .replace(" extended_l2=off", "");
    }
}
