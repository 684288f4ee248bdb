package org.margay.qcow2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.Checkable;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.MemoryFile;
import org.margay.testkit.images.Tool;

/**
 * Damage in the tables of images with snapshots, compressed clusters and backing files, met by all that can be done with an image: nothing
 * but {@link IOException} may come of it. {@code -Dmargay.fuzz.rounds=} for more.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamageTest {
    private static final int ROUNDS = Integer.getInteger("margay.fuzz.rounds", 1500);
    private static final long SEED = Long.getLong("margay.fuzz.seed", 3);
    private static final int SIZE = 2 << 20;
    private static final long MORE_ROOM = 1L << 30;

    @TempDir
    Path folder;

    private Path image(String options) throws IOException {
        Path raw = folder.resolve("content.raw");
        byte[] content = new byte[SIZE];
        System.arraycopy(Images.random(1, 200_000), 0, content, 300_000, 200_000);
        Files.write(raw, content);
        Path image = folder.resolve(options.replaceAll("\\W", "") + ".qcow2");
        Tool.qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", options, raw, image);
        Tool.qemuImg("snapshot", "-c", "one", image);
        Tool.qemuIo("qcow2", image, "write -P 5 64k 128k", "write -z 1M 64k");
        Tool.qemuImg("snapshot", "-c", "two", image);
        Tool.qemuIo("qcow2", image, "write -P 6 96k 8k");
        return image;
    }

    @Test
    void damagedTablesAreBorne() throws IOException {
        List<byte[]> images = new ArrayList<>();
        for (String options : List.of(
                "cluster_size=4k",
                "cluster_size=512,refcount_bits=8",
                "compression_type=zstd",
                "compat=0.10,cluster_size=1k")) {
            images.add(Files.readAllBytes(image(options)));
        }
        int opened = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(SEED * 1_000_003 + round);
            byte[] whole = images.get(round % images.size());
            MemoryFile file = new MemoryFile("damaged", whole.length + MORE_ROOM);
            file.reset(whole);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                damage(file, whole, random);
            }
            try (ImageNode node = new Qcow2Format().open(file, OpenOptions.READ_WRITE)) {
                opened++;
                for (int i = 0; i < 10; i++) {
                    step((Qcow2Node) node, random);
                }
            } catch (IOException _) {
                // As it may.
            } catch (Throwable e) {
                throw new AssertionError("round %d of seed %d: %s".formatted(round, SEED, e), e);
            }
        }
        assertThat(opened).isGreaterThan(ROUNDS / 4);
    }

    /** Tables are found as a reader finds them, and get other entries: of their own, or slightly wrong ones. */
    private static void damage(MemoryFile file, byte[] whole, Random random) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(whole);
        long l1 = buffer.getLong(40);
        long table = switch (random.nextInt(5)) {
            case 0 -> l1;
            case 1 -> buffer.getLong(48);
            case 2 -> buffer.getLong(64);
            case 3 -> buffer.getLong((int) buffer.getLong(48));
            default -> buffer.getLong((int) l1) & L2Entry.OFFSET;
        };
        int at = Math.clamp(table + 8L * random.nextInt(48), 0, whole.length - 8);
        long entry = buffer.getLong(Math.clamp(table + 8L * random.nextInt(48), 0, whole.length - 8));
        long value = switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> entry ^ 1L << random.nextInt(64);
            case 2 -> random.nextLong();
            case 3 -> entry + 512L * random.nextInt(64);
            default -> entry;
        };
        file.put(at, java.nio.ByteBuffer.allocate(8).putLong(value).array());
    }

    private static void step(Qcow2Node node, Random random) {
        long offset = random.nextLong(Math.max(1, node.length()));
        int size = (int) Math.min(node.length() - offset, 1 + random.nextInt(100_000));
        try {
            switch (random.nextInt(12)) {
                case 0 -> node.createSnapshot("new");
                case 1 -> node.applySnapshot(random.nextBoolean() ? "1" : "2");
                case 2 -> node.deleteSnapshot(random.nextBoolean() ? "1" : "2");
                case 3 -> node.resize(512L * random.nextInt(8192));
                case 4 -> node.discard(offset, size);
                case 5 -> node.writeZeroes(offset, size, random.nextBoolean());
                case 6 -> node.check(Checkable.Repair.values()[random.nextInt(3)]);
                case 7 -> {
                    int cluster = node.details().clusterSize();
                    node.writeCompressed(
                            offset / cluster * cluster,
                            IoVector.of(Arena.ofAuto().allocate(cluster)));
                }
                case 8, 9 -> Images.write(node, offset, Images.random(offset, size));
                case 10 -> node.flush();
                default -> Images.read(node, offset, size);
            }
        } catch (IOException _) {
            // As it may.
        }
    }
}
