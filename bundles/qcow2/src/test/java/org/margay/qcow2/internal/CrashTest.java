package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotStore;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.Tool;

/**
 * Stops at random moments, as a process that is killed and as a host that loses its power, while several threads write: the image is
 * never corrupt for {@code qemu-img check}, and what was flushed is there.
 *
 * <p>A few moments in each build; {@code -Dmargay.crash.rounds=} for more, {@code -Dmargay.crash.seed=} for others.
 */
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("margay.crash.rounds", 14);
    private static final long SEED = Long.getLong("margay.crash.seed", 1);
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 640;
    private static final int THREADS = 4;
    private static final int OPERATIONS = 60;

    @TempDir
    Path folder;

    /** A write of one block: which, what, and when it began and ended. */
    private record Written(int block, long stamp, int began, int ended) {}

    /** A flush: when it began and ended. */
    private record Flushed(int began, int ended) {}

    private final List<Written> writes = Collections.synchronizedList(new ArrayList<>());
    private final List<Flushed> flushes = Collections.synchronizedList(new ArrayList<>());

    @ParameterizedTest
    @CsvSource({
        "false, cluster_size=64k, false",
        "true, cluster_size=64k, false",
        "true, 'cluster_size=512,refcount_bits=64', false",
        "false, 'cluster_size=512,refcount_bits=1', false",
        "true, 'cluster_size=4k,compat=0.10', false",
        "true, 'cluster_size=16k', true",
        "true, 'cluster_size=4k,compat=0.10', true",
        "true, 'cluster_size=16k,lazy_refcounts=on', true"
    })
    void imagesAreSoundAndHoldWhatWasFlushed(boolean backed, String options, boolean snapshot) throws Exception {
        byte[] below = new byte[BLOCK * BLOCKS];
        Path base = folder.resolve("base.raw");
        if (backed) {
            Arrays.fill(below, (byte) 0x42);
        }
        Files.write(base, below);
        Path made = folder.resolve("made.qcow2");
        Images.create(
                "qcow2", made, below.length, map(options), backed ? new BackingLink(base.toString(), "raw") : null);
        if (snapshot) {
            try (ImageNode node = Images.open("qcow2", made, OpenOptions.READ_WRITE)) {
                byte[] former = new byte[BLOCK * 200];
                Arrays.fill(former, (byte) 0x24);
                Images.write(node, BLOCK * 100L, former);
                System.arraycopy(former, 0, below, BLOCK * 100, former.length);
                ((SnapshotStore) node).createSnapshot("before");
            }
        }
        boolean lazy = options.contains("lazy");
        for (int round = 0; round < Math.ceilDiv(ROUNDS, 7); round++) {
            long seed = SEED + round;
            writes.clear();
            flushes.clear();
            RecordingFile file = new RecordingFile(Files.readAllBytes(made));
            try (ImageNode node = new Qcow2Format().open(file, OpenOptions.READ_WRITE)) {
                if (backed) {
                    node.setBacking(Images.open("raw", base, OpenOptions.READ_ONLY));
                }
                work(node, file, seed);
            }
            Random random = new Random(seed);
            for (int i = 0; i < 7; i++) {
                int moment = random.nextInt(file.moment() + 1);
                judge(file.killedAt(moment), moment, below, lazy, "seed " + seed + ", killed at " + moment);
                judge(
                        file.unpluggedAt(moment, random),
                        moment,
                        below,
                        lazy,
                        "seed " + seed + ", unplugged at " + moment);
            }
            judge(file.killedAt(file.moment()), file.moment(), below, false, "seed " + seed + ", at the end");
        }
    }

    private static Map<String, String> map(String options) {
        Map<String, String> map = new java.util.HashMap<>();
        for (String option : options.split(",", -1)) {
            int equals = option.indexOf('=');
            map.put(option.substring(0, equals), option.substring(equals + 1));
        }
        return map;
    }

    private void work(BlockNode node, RecordingFile file, long seed) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(executor.submit(() -> {
                    work(node, file, thread, new Random(seed * THREADS + thread));
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** Blocks of different threads lie side by side, in the same clusters. */
    private void work(BlockNode node, RecordingFile file, int thread, Random random) throws IOException {
        for (int i = 1; i <= OPERATIONS; i++) {
            int block = random.nextInt(BLOCKS / THREADS) * THREADS + thread;
            long stamp = ((long) thread << 32 | i) << 8 | 0x77;
            int began = file.moment();
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    node.flush();
                    flushes.add(new Flushed(began, file.moment()));
                }
                case 2 -> {
                    node.writeZeroes((long) block * BLOCK, BLOCK, random.nextBoolean());
                    writes.add(new Written(block, 0, began, file.moment()));
                }
                default -> {
                    byte[] content = new byte[BLOCK];
                    MemorySegment memory = MemorySegment.ofArray(content);
                    for (int at = 0; at < BLOCK; at += Long.BYTES) {
                        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, stamp);
                    }
                    Images.write(node, (long) block * BLOCK, content);
                    writes.add(new Written(block, stamp, began, file.moment()));
                }
            }
        }
    }

    private void judge(byte[] image, int moment, byte[] below, boolean lazy, String when) throws IOException {
        Path path = folder.resolve("crashed.qcow2");
        Files.write(path, image);
        Object[] check = lazy
                ? new Object[] {"check", "-q", "-r", "all", "-f", "qcow2", path}
                : new Object[] {"check", "-f", "qcow2", path};
        Tool.Result checked = Tool.tryRun("qemu-utils", "qemu-img", check);
        // 3: nothing but leaks.
        assertThat(checked.status()).as(when + ": " + checked.output()).isIn(0, 3);
        Path raw = folder.resolve("crashed.raw");
        Tool.qemuImg("convert", "-f", "qcow2", "-O", "raw", path, raw);
        byte[] content = Files.readAllBytes(raw);
        for (int block = 0; block < BLOCKS; block++) {
            judge(content, block, moment, below, when);
        }
    }

    private void judge(byte[] content, int block, int moment, byte[] below, String when) {
        int stable = flushes.stream()
                .filter(flush -> flush.ended <= moment)
                .mapToInt(Flushed::began)
                .max()
                .orElse(-1);
        List<Written> mine = writes.stream()
                .filter(write -> write.block == block && write.began < moment)
                .toList();
        int last = -1;
        for (int i = 0; i < mine.size(); i++) {
            if (mine.get(i).ended <= stable) {
                last = i;
            }
        }
        MemorySegment memory = MemorySegment.ofArray(content).asSlice((long) block * BLOCK, BLOCK);
        for (int at = 0; at < BLOCK; at += Long.BYTES) {
            long found = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            boolean fine = last < 0
                    && found
                            == MemorySegment.ofArray(below)
                                    .get(ValueLayout.JAVA_LONG_UNALIGNED, (long) block * BLOCK + at);
            for (Written write : mine.subList(Math.max(0, last), mine.size())) {
                fine |= found == write.stamp;
            }
            if (!fine) {
                throw new AssertionError("%s: block %d at %d: found %x of %s, stable is number %d"
                        .formatted(when, block, at, found, mine, last));
            }
        }
    }
}
