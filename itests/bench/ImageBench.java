import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures margay-img beside qemu-img, whole processes, alternating. Images are in the host's page cache, what is written stays there
 * while the clock runs: what is measured are the tools, not the disk.
 */
final class ImageBench {
    private static final int MEBIBYTES = 1024;
    private static final int MIB = 1 << 20;

    private final Path tool;
    private final Path folder;
    private final int rounds;

    /** @param tool margay-img */
    ImageBench(Path tool, Path folder, int rounds) {
        this.tool = tool;
        this.folder = folder;
        this.rounds = rounds;
    }

    void run() throws Exception {
        Path raw = folder.resolve("half.raw");
        Path qcow2 = folder.resolve("half.qcow2");
        Path compressed = folder.resolve("half.compressed");
        try {
            fill(raw);
            run(List.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString()));
            compare("info of a qcow2 image: mostly start-up", 1, "info", qcow2.toString());
            convert("convert raw to qcow2, 1 GiB half full", raw, "-f", "raw", "-O", "qcow2");
            convert("convert qcow2 to raw, 1 GiB half full", qcow2, "-f", "qcow2", "-O", "raw");
            convert("convert raw to raw, 1 GiB half full", raw, "-f", "raw", "-O", "raw");
            convert("convert qcow2 to qcow2, 1 GiB half full", qcow2, "-f", "qcow2", "-O", "qcow2");
            convert("convert raw to compressed qcow2, 1 GiB half full", raw, "-c", "-f", "raw", "-O", "qcow2");
            run(List.of("qemu-img", "convert", "-c", "-O", "qcow2", qcow2.toString(), compressed.toString()));
            convert("convert compressed qcow2 to raw, 1 GiB half full", compressed, "-f", "qcow2", "-O", "raw");
            compare("compare raw with qcow2, 1 GiB half full", 0, "compare", raw.toString(), qcow2.toString());
        } finally {
            for (Path file : List.of(raw, qcow2, compressed)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Every other MiB holds data: half of that noise, half of it text that can be compressed. */
    private static void fill(Path raw) throws IOException {
        Random random = new Random(1);
        byte[] noise = new byte[MIB];
        byte[] text = new byte[MIB];
        for (int i = 0; i < MIB; i++) {
            text[i] = (byte) ('a' + (i * 31 >>> 3) % 26 % (1 + (i >>> 8) % 9));
        }
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength((long) MEBIBYTES * MIB);
            for (int i = 0; i < MEBIBYTES; i += 2) {
                file.seek((long) i * MIB);
                if (i % 4 == 0) {
                    random.nextBytes(noise);
                    file.write(noise);
                } else {
                    file.write(text);
                }
            }
        }
    }

    private void convert(String what, Path source, String... options) throws Exception {
        Path target = folder.resolve("target");
        List<String> arguments = new ArrayList<>(List.of("convert"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(source.toString(), target.toString()));
        try {
            compare(what, 0, arguments.toArray(String[]::new));
            run(List.of("qemu-img", "compare", "-q", source.toString(), target.toString()));
        } finally {
            Files.deleteIfExists(target);
        }
    }

    /** @param least 1: more runs, as each is short */
    private void compare(String what, int least, String... arguments) throws Exception {
        System.out.println(what);
        List<Double> margays = new ArrayList<>();
        List<Double> qemus = new ArrayList<>();
        for (int i = 0; i < rounds * (1 + 2 * least); i++) {
            qemus.add(time("qemu-img", arguments));
            margays.add(time(tool.toString(), arguments));
        }
        double ours = Bench.median(margays);
        double theirs = Bench.median(qemus);
        System.out.printf(
                Locale.ROOT,
                "    margay-img %.3f s, qemu-img %.3f s, speed ratio %.2f%n",
                ours,
                theirs,
                theirs / ours);
    }

    private double time(String program, String... arguments) throws Exception {
        Files.deleteIfExists(folder.resolve("target"));
        // What the run before left to be written would slow this one.
        run(List.of("sync", folder.toString()));
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        long start = System.nanoTime();
        run(command);
        return (System.nanoTime() - start) / 1e9;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + process.exitValue());
        }
    }
}
