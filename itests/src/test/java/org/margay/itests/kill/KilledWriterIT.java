package org.margay.itests.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.itests.HostTool;

/**
 * Processes that write a qcow2 image are killed (SIGKILL) wherever they happen to be: qemu-img finds no corruption in it, and everything
 * that was flushed. {@code -Dmargay.kills=200} kills more of them.
 */
class KilledWriterIT {
    private static final int KILLS = Integer.getInteger("margay.kills", 5);
    /** Kills that an image goes through before another begins. */
    private static final int KILLS_OF_ONE = 10;

    private static final int MEBIBYTES = 64;
    private static final long BACKING_STAMP = 1;
    private static final Path HOME = Path.of(System.getProperty("margay.home"));

    /** qcow2 as it is made mostly, with small clusters so that tables are many, old, and over another image. */
    private static final List<String> KINDS = List.of(
            "cluster_size=64k",
            "cluster_size=4k",
            "compat=0.10,cluster_size=8k",
            "cluster_size=1k,refcount_bits=64",
            "backing");

    @TempDir
    private Path folder;

    @Test
    void whatWasFlushedIsThere() throws Exception {
        long seed = Long.getLong("margay.kills.seed", System.nanoTime());
        System.out.printf("KilledWriterIT: %d kills, margay.kills.seed=%d%n", KILLS, seed);
        Random random = new Random(seed);
        int flushes = 0;
        for (int done = 0; done < KILLS; done += KILLS_OF_ONE) {
            String kind = KINDS.get(done / KILLS_OF_ONE % KINDS.size());
            Path image = folder.resolve("disk.qcow2");
            FlushedModel model = make(kind, image);
            for (int run = 1; run <= Math.min(KILLS_OF_ONE, KILLS - done); run++) {
                killOne(image, model, random, run);
                try {
                    check(image, model);
                } catch (AssertionError e) {
                    Path kept = Files.createTempFile("killed", ".qcow2");
                    Files.copy(image, kept, StandardCopyOption.REPLACE_EXISTING);
                    throw new AssertionError("%s, kill %d: see %s".formatted(kind, done + run, kept), e);
                }
            }
            flushes += model.flushed();
            Files.delete(image);
        }
        assertThat(flushes).as("flushes").isGreaterThan(KILLS);
        System.out.printf("KilledWriterIT: %d flushes survived%n", flushes);
    }

    private FlushedModel make(String kind, Path image) throws Exception {
        int sectors = MEBIBYTES * (1 << 20) / Stamped.SECTOR;
        if (!kind.equals("backing")) {
            HostTool.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", kind, image, MEBIBYTES + "M");
            return new FlushedModel(sectors, Stamped.ZERO);
        }
        ByteBuffer content = ByteBuffer.allocate(sectors * Stamped.SECTOR);
        for (int sector = 0; sector < sectors; sector++) {
            Stamped.put(content, BACKING_STAMP, sector);
        }
        Path backing = folder.resolve("backing.raw");
        Files.write(backing, content.array());
        HostTool.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", backing, image);
        return new FlushedModel(sectors, BACKING_STAMP);
    }

    /** Kills a writer after some of its flushes, and takes down what it said before. */
    private static void killOne(Path image, FlushedModel model, Random random, int run) throws Exception {
        int flushes = 1 + random.nextInt(60);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        FlushWriter.class.getName(),
                        image.toString(),
                        "qcow2",
                        Long.toString(random.nextLong()),
                        Integer.toString(run))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = process.inputReader()) {
            int last = model.flushed() + flushes;
            for (String line; (line = completeLine(said)) != null; ) {
                model.said(line);
                if (model.flushed() == last) {
                    // By its handle, since what it said before is still to be read.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
    }

    /** The next line with its end, or null: what the process could not finish does not count. */
    private static String completeLine(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c; (c = reader.read()) >= 0; ) {
            if (c == '\n') {
                return line.toString();
            }
            line.append((char) c);
        }
        return null;
    }

    private static String classPath() throws Exception {
        List<Path> entries = new ArrayList<>();
        entries.add(Path.of(FlushWriter.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
        for (String bundle : List.of("block", "machine", "memory", "qmp")) {
            entries.add(HOME.resolve("bundle/org.margay.%s.jar".formatted(bundle)));
        }
        for (String place : List.of("repo", "lib")) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(HOME.resolve(place), "*.jar")) {
                jars.forEach(entries::add);
            }
        }
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Clusters that nobody refers to are no harm (3); what is wrong with what is referred to is (2). */
    private void check(Path image, FlushedModel model) throws Exception {
        HostTool.Result checked = HostTool.tryRun("qemu-img", "check", "-f", "qcow2", image);
        assertThat(checked.exitCode()).as(checked.output()).isIn(0, 3);
        Path raw = folder.resolve("disk.raw");
        HostTool.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw);
        model.check(ByteBuffer.wrap(Files.readAllBytes(raw)));
        Files.delete(raw);
    }
}
