package org.margay.itests.kill;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

/**
 * A process to be killed: threads write an image, each its own part of it, flush now and then, and say on standard output what they are
 * about to do and what they know to be stable. Arguments: image, format, seed, number of the run.
 */
final class FlushWriter {
    static final int THREADS = 4;
    private static final int MOST_SECTORS = 400;

    private final BlockNode node;
    private final long seed;
    private final int run;

    private FlushWriter(BlockNode node, long seed, int run) {
        this.node = node;
        this.seed = seed;
        this.run = run;
    }

    public static void main(String[] arguments) throws Exception {
        BlockNode node = new ImageOpener(BlockDrivers.onClassPath())
                .open(arguments[0], Optional.of(arguments[1]), OpenOptions.READ_WRITE);
        FlushWriter writer = new FlushWriter(node, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            threads.invokeAny(IntStream.range(0, THREADS)
                    .mapToObj(thread -> (Callable<Void>) () -> writer.work(thread))
                    .toList());
        }
        throw new IllegalStateException("nobody killed it");
    }

    private Void work(int thread) throws IOException {
        Random random = new Random(seed * 31 + thread);
        long sectors = node.length() / Stamped.SECTOR / THREADS;
        long first = sectors * thread;
        long count = 0;
        while (true) {
            int length = 1 + random.nextInt(MOST_SECTORS);
            long at = first + random.nextInt((int) (sectors - length));
            // Unique among all threads and runs, and never zero.
            long stamp = ((long) run << 40) + ++count * THREADS + thread;
            switch (random.nextInt(8)) {
                case 0 -> {
                    say("z %d %d %d".formatted(thread, at, length));
                    node.writeZeroes(at * Stamped.SECTOR, (long) length * Stamped.SECTOR, random.nextBoolean());
                }
                case 1, 2 -> {
                    node.flush();
                    say("f %d".formatted(thread));
                }
                default -> {
                    say("w %d %d %d %d".formatted(thread, at, length, stamp));
                    write(at, length, stamp);
                }
            }
        }
    }

    private void write(long at, int length, long stamp) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((long) length * Stamped.SECTOR, Stamped.SECTOR);
            for (int i = 0; i < length; i++) {
                Stamped.put(
                        memory.asSlice((long) i * Stamped.SECTOR, Stamped.SECTOR)
                                .asByteBuffer(),
                        stamp,
                        at + i);
            }
            node.write(at * Stamped.SECTOR, IoVector.of(memory));
        }
    }

    /** One system call each, so that a line is out before anything else happens. */
    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
