package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.block.SnapshotStore;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.Tool;

/**
 * Stops in the midst of making, applying and deleting snapshots, as a process that is killed and as a host that loses its power: the disk is
 * as before or as after, and every snapshot that is listed is what it was. Counts and the flags that depend on them can't be changed at
 * once: {@code qemu-img check -r all} sets them right (version 3 says by a mark that it has to), and nothing else changes by that.
 *
 * <p>Some moments in each build; {@code -Dmargay.crash.rounds=} for more.
 */
class SnapshotCrashTest {
    private static final int MOMENTS = Integer.getInteger("margay.crash.rounds", 14);
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    /** An operation on snapshots has ended: when, and what the disk holds from then on. */
    private record Done(int moment, byte[] content) {}

    /** What is done to an image, and what comes of it. */
    @FunctionalInterface
    private interface Operation {
        void run(SnapshotStore store) throws IOException;
    }

    private static byte[] filled(int value, int from, byte[] below) {
        byte[] content = below.clone();
        Arrays.fill(content, from, from + SIZE / 2, (byte) value);
        return content;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.10", "1.1"})
    void theDiskIsAsBeforeOrAsAfter(String compat) throws IOException {
        byte[] one = filled(0x11, 0, new byte[SIZE]);
        byte[] two = filled(0x22, SIZE / 4, one);
        byte[] three = filled(0x33, SIZE / 2, two);
        Map<String, byte[]> snapshots = Map.of("one", one, "two", two, "three", three);
        Path made = folder.resolve("made.qcow2");
        Images.create("qcow2", made, SIZE, Map.of("cluster_size", "4k", "compat", compat), null);
        try (ImageNode node = Images.open("qcow2", made, OpenOptions.READ_WRITE)) {
            SnapshotStore store = (SnapshotStore) node;
            Images.write(node, 0, one);
            store.createSnapshot("one");
            Images.write(node, 0, two);
            store.createSnapshot("two");
            Images.write(node, 0, three);
        }
        RecordingFile file = new RecordingFile(Files.readAllBytes(made));
        List<Done> done = new ArrayList<>(List.of(new Done(0, three)));
        try (ImageNode node = new Qcow2Format().open(file, OpenOptions.READ_WRITE)) {
            SnapshotStore store = (SnapshotStore) node;
            run(file, done, store, three, s -> s.createSnapshot("three"));
            run(file, done, store, one, s -> s.applySnapshot("one"));
            run(file, done, store, one, s -> s.deleteSnapshot("two"));
            run(file, done, store, three, s -> s.applySnapshot("three"));
            run(file, done, store, three, s -> s.deleteSnapshot("one"));
        }
        Random random = new Random(1);
        for (int i = 0; i < MOMENTS; i++) {
            int moment = random.nextInt(file.moment() + 1);
            judge(file.killedAt(moment), moment, done, snapshots, "killed at " + moment);
            judge(file.unpluggedAt(moment, random), moment, done, snapshots, "unplugged at " + moment);
        }
    }

    private static void run(RecordingFile file, List<Done> done, SnapshotStore store, byte[] after, Operation operation)
            throws IOException {
        operation.run(store);
        done.add(new Done(file.moment(), after));
    }

    private void judge(byte[] image, int moment, List<Done> done, Map<String, byte[]> snapshots, String when)
            throws IOException {
        Path path = folder.resolve("crashed.qcow2");
        Files.write(path, image);
        holds(path, moment, done, snapshots, when);
        Tool.Result mended = Tool.tryRun("qemu-utils", "qemu-img", "check", "-r", "all", "-f", "qcow2", path);
        assertThat(mended.status()).as(when + ": " + mended.output()).isZero();
        holds(path, moment, done, snapshots, when + ", mended");
        Files.write(path, image);
        Tool.qemuIo("qcow2", path, "write -P 0x55 0 " + SIZE);
        snapshotsHold(path, snapshots, when + ", written to without being mended");
    }

    private void holds(Path path, int moment, List<Done> done, Map<String, byte[]> snapshots, String when)
            throws IOException {
        int before = 0;
        while (before + 1 < done.size() && done.get(before + 1).moment <= moment) {
            before++;
        }
        int after = Math.min(before + 1, done.size() - 1);
        byte[] content = content(path, "-f", "qcow2");
        assertThat(Arrays.equals(content, done.get(before).content) || Arrays.equals(content, done.get(after).content))
                .as(when + ": as before or as after operation " + after)
                .isTrue();
        snapshotsHold(path, snapshots, when);
    }

    private void snapshotsHold(Path path, Map<String, byte[]> snapshots, String when) throws IOException {
        String listed = Tool.qemuImg("snapshot", "-l", path);
        for (Map.Entry<String, byte[]> snapshot : snapshots.entrySet()) {
            if (listed.contains(" " + snapshot.getKey() + " ")) {
                assertThat(content(path, "-l", "snapshot.name=" + snapshot.getKey()))
                        .as(when + ": snapshot " + snapshot.getKey())
                        .isEqualTo(snapshot.getValue());
            }
        }
    }

    private byte[] content(Path image, String option, String value) throws IOException {
        Path raw = folder.resolve("crashed.raw");
        Tool.qemuImg("convert", option, value, "-O", "raw", image, raw);
        return Files.readAllBytes(raw);
    }
}
