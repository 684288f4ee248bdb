package org.margay.qcow2.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.Tool;

/**
 * qcow2 beside {@code qemu-img bench}: reads of 4 KiB all over an image whose metadata is in memory, by one and by several requesters at a
 * time, and large sequential ones. Arguments: a folder with room, the image's size in MiB (1024).
 *
 * <p>{@code qemu-img bench} knows no random offsets; a step that is a large odd number of blocks comes close, and both take the same.
 */
public final class Qcow2Bench {
    private static final long STEP = 4096L * 78_643;
    private static final int REPEATS = 5;
    private static final Pattern SECONDS = Pattern.compile("Run completed in ([0-9.]+) seconds");

    private Qcow2Bench() {}

    /**
     * What is done.
     *
     * @param size bytes of a request
     * @param step from one to the next
     * @param depth requests at a time
     */
    private record Load(String name, boolean write, int count, int size, long step, int depth) {}

    /** Prints a line for each load: theirs, ours, ours in relation to theirs. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long size = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 1024) << 20;
        Path image = Files.createTempFile(folder, "bench", ".qcow2");
        try {
            fill(image, size);
            System.out.printf("%-44s %12s %12s %6s%n", "qcow2, requests a second", "qemu-img", "margay", "ratio");
            for (Load load : List.of(
                    new Load("reads of 4 KiB all over, depth 1", false, 200_000, 4096, STEP, 1),
                    new Load("reads of 4 KiB all over, depth 16", false, 200_000, 4096, STEP, 16),
                    new Load("reads of 4 KiB in order, depth 1", false, 200_000, 4096, 4096, 1),
                    new Load("reads of 1 MiB in order, depth 1", false, 2_000, 1 << 20, 1 << 20, 1),
                    new Load("reads of 1 MiB in order, depth 16", false, 2_000, 1 << 20, 1 << 20, 16),
                    new Load("writes of 4 KiB all over, depth 16", true, 100_000, 4096, STEP, 16))) {
                run(load, image);
            }
            Path fresh = folder.resolve("fresh.qcow2");
            run(new Load("first writes of 64 KiB in order, depth 1", true, 8_000, 64 << 10, 64 << 10, 1), fresh, size);
            run(new Load("first writes of 4 KiB all over, depth 16", true, 8_000, 4096, STEP, 16), fresh, size);
        } finally {
            Files.deleteIfExists(image);
        }
    }

    private static void fill(Path image, long size) throws IOException {
        Images.create("qcow2", image, size, Map.of());
        try (ImageNode node = Images.open("qcow2", image, OpenOptions.READ_WRITE)) {
            byte[] content = Images.random(1, 1 << 20);
            for (long at = 0; at < size; at += content.length) {
                Images.write(node, at, content);
            }
        }
    }

    private static void run(Load load, Path image) throws Exception {
        double theirs = 0;
        double ours = 0;
        // In turns, the best of each: what else the machine does meets both.
        try (ImageNode node =
                Images.open("qcow2", image, load.write ? OpenOptions.READ_WRITE : OpenOptions.READ_ONLY)) {
            for (int i = 0; i < REPEATS; i++) {
                ours = Math.max(ours, ours(load, node));
            }
        }
        for (int i = 0; i < REPEATS; i++) {
            theirs = Math.max(theirs, theirs(load, image));
        }
        print(load, theirs, ours);
    }

    /** On an empty image each time. */
    private static void run(Load load, Path fresh, long size) throws Exception {
        double theirs = 0;
        double ours = 0;
        for (int i = 0; i < REPEATS; i++) {
            Images.create("qcow2", fresh, size, Map.of());
            try (ImageNode node = Images.open("qcow2", fresh, OpenOptions.READ_WRITE)) {
                ours = Math.max(ours, ours(load, node));
            }
            Files.delete(fresh);
            Images.create("qcow2", fresh, size, Map.of());
            theirs = Math.max(theirs, theirs(load, fresh));
            Files.delete(fresh);
        }
        print(load, theirs, ours);
    }

    private static void print(Load load, double theirs, double ours) {
        System.out.printf("%-44s %12.0f %12.0f %6.2f%n", load.name, theirs, ours, ours / theirs);
    }

    private static double theirs(Load load, Path image) {
        List<Object> arguments = new ArrayList<>(
                List.of("bench", "-f", "qcow2", "-c", load.count, "-d", load.depth, "-s", load.size, "-S", load.step));
        if (load.write) {
            arguments.add("-w");
        }
        String said =
                Tool.qemuImg(Stream.concat(arguments.stream(), Stream.of(image)).toArray());
        Matcher matcher = SECONDS.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException(said);
        }
        return load.count / Double.parseDouble(matcher.group(1));
    }

    private static double ours(Load load, BlockNode node) throws Exception {
        long start = System.nanoTime();
        AtomicLong next = new AtomicLong();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < load.depth; i++) {
                all.add(executor.submit(() -> {
                    request(load, node, next);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        return load.count / ((System.nanoTime() - start) / 1e9);
    }

    private static void request(Load load, BlockNode node, AtomicLong next) throws IOException {
        long room = node.length() - load.size;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(load.size, 4096);
            IoVector vector = IoVector.of(memory);
            for (long number = next.getAndIncrement(); number < load.count; number = next.getAndIncrement()) {
                long offset = number * load.step % room / load.size * load.size;
                if (load.write) {
                    node.write(offset, vector);
                } else {
                    node.read(offset, vector);
                }
            }
        }
    }
}
