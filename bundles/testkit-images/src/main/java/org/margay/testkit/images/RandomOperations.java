package org.margay.testkit.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.margay.block.BlockNode;

/**
 * Reads, writes and zeros at random, by several threads at once, compared with a model in memory. Threads take turns within each
 * block, so that they meet in the same blocks, but never in the same bytes: what is there is certain at any time.
 */
public final class RandomOperations {
    /** Not a divisor of any block size. */
    private static final int STRIPE = 37 * 512;

    private final BlockNode node;
    private final byte[] model;
    private final long seed;

    /**
     * @param model what the node holds now; kept up to date
     */
    public RandomOperations(BlockNode node, byte[] model, long seed) {
        this.node = node;
        this.model = model;
        this.seed = seed;
    }

    /** Each thread works within its own stripes. */
    public void run(int threads, int operations) throws IOException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(executor.submit(() -> {
                    work(thread, threads, operations);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void work(int thread, int threads, int operations) throws IOException {
        Random random = new Random(seed + thread);
        int stripes = model.length / STRIPE;
        for (int i = 0; i < operations; i++) {
            int stripe = random.nextInt(Math.max(1, stripes / threads)) * threads + thread;
            int from = stripe * STRIPE + random.nextInt(STRIPE);
            int to = Math.min(model.length, from + 1 + random.nextInt((stripe + 1) * STRIPE - from));
            if (random.nextBoolean()) {
                // As guests do it.
                from = from / 512 * 512;
                to = Math.min(model.length, Math.ceilDiv(to, 512) * 512);
            }
            if (from < to) {
                one(random, from, to);
            }
        }
    }

    /** One thread, ranges over many blocks. */
    public void large(int operations) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < operations; i++) {
            int from = random.nextInt(model.length);
            int to = from + 1 + random.nextInt(Math.min(model.length - from, 5 << 20));
            one(random, from, to);
        }
    }

    private void one(Random random, int from, int to) throws IOException {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                byte[] content = new byte[to - from];
                random.nextBytes(content);
                Images.write(node, from, content);
                System.arraycopy(content, 0, model, from, content.length);
            }
            case 4, 5 -> {
                node.writeZeroes(from, to - from, random.nextBoolean());
                Arrays.fill(model, from, to, (byte) 0);
            }
            case 6 -> node.flush();
            case 7 -> {
                if (node.extent(from, to - from).length() > to - from) {
                    throw new AssertionError("an extent longer than wanted");
                }
            }
            default -> compare(from, to);
        }
    }

    /** All is what it should be. */
    public void compare() throws IOException {
        for (int at = 0; at < model.length; at += 1 << 20) {
            compare(at, Math.min(model.length, at + (1 << 20)));
        }
    }

    private void compare(int from, int to) throws IOException {
        byte[] found = Images.read(node, from, to - from);
        int differs = Arrays.mismatch(found, 0, found.length, model, from, to);
        if (differs >= 0) {
            throw new AssertionError("seed %d: byte %d, read %d from %d: %d instead of %d"
                    .formatted(seed, from + differs, to - from, from, found[differs], model[from + differs]));
        }
    }
}
