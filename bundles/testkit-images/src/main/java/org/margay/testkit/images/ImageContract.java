package org.margay.testkit.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.Checkable;
import org.margay.block.ImageNode;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;

/** What every format that is written must do, with QEMU's tools as judges. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ImageContract {
    /** No multiple of any block size. */
    protected static final int SIZE = (13 << 20) + 7 * 512;

    @TempDir
    protected Path folder;

    /** Its name, ours and qemu-img's. */
    protected abstract String format();

    /** Create options, each a kind of image that can be written at any place. */
    protected abstract List<Map<String, String>> variants();

    /** Whether {@code qemu-img check} knows the format. */
    protected abstract boolean qemuChecks();

    /** Whether QEMU 7.2 knows the format at all. */
    protected boolean qemuKnows() {
        return true;
    }

    /** Makes checksums of a damaged image right again. */
    protected void mend(MemoryFile image) {}

    /** Whether images can be told from others by how they begin. */
    protected boolean probed(Map<String, String> variant) {
        return true;
    }

    /** What the guest sees of an image that was made with {@link #SIZE}: formats of cylinders round up. */
    protected int visible(Map<String, String> variant) {
        return SIZE;
    }

    /** A file of the given end. */
    protected final Path file(String name) {
        return folder.resolve(name);
    }

    private static String text(Map<String, String> options) {
        return options.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining(","));
    }

    /** Makes one by qemu-img. */
    protected final void createByQemu(Path file, long size, Map<String, String> options) {
        List<Object> arguments = new ArrayList<>(List.of("create", "-q", "-f", format()));
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", text(options)));
        }
        arguments.addAll(List.of(file, size));
        Tool.qemuImg(arguments.toArray());
    }

    @Test
    void imagesOfQemuAreRead() throws IOException {
        if (!qemuKnows()) {
            return;
        }
        for (Map<String, String> variant : variants()) {
            Path image = file("theirs.img");
            createByQemu(image, SIZE, variant);
            Tool.qemuIo(
                    format(),
                    image,
                    "write -P 0x11 0 1536",
                    "write -P 0x22 65024 131072",
                    "write -P 0x33 5M 3M",
                    "write -P 0x44 6M 64k",
                    "write -z 7M 64k",
                    "write -P 0x55 13M 3584");
            Path raw = file("theirs.raw");
            Tool.qemuImg("convert", "-f", format(), "-O", "raw", image, raw);
            byte[] expected = Files.readAllBytes(raw);
            try (BlockNode node = probed(variant)
                    ? Images.probe(image, OpenOptions.READ_ONLY)
                    : Images.open(format(), image, OpenOptions.READ_ONLY)) {
                assertThat(node.driver()).isEqualTo(format());
                assertThat(node.length()).as("%s", variant).isEqualTo(expected.length);
                new RandomOperations(node, expected, 0).compare();
                if (node instanceof Checkable checkable) {
                    assertThat(checkable.check(Checkable.Repair.NOTHING).findings())
                            .isEmpty();
                }
            }
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_WRITE)) {
                RandomOperations operations = new RandomOperations(node, expected, 1);
                operations.large(20);
                operations.compare();
            }
            judged(image, expected);
            delete();
        }
    }

    @Test
    void writesByManyThreadsAreWhatAModelSays() throws IOException {
        long seed = 4711;
        for (Map<String, String> variant : variants()) {
            Path image = file("ours.img");
            Images.create(format(), image, SIZE, variant);
            byte[] model = new byte[visible(variant)];
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_WRITE)) {
                assertThat(node.length()).as("%s", variant).isEqualTo(model.length);
                RandomOperations operations = new RandomOperations(node, model, seed++);
                operations.run(6, 60);
                operations.compare();
                operations.large(30);
                operations.compare();
            }
            judged(image, model);
            if (qemuKnows()) {
                Tool.qemuIo(format(), image, "write -P 0x66 1M 3M", "write -P 0x77 12M 70k");
                Arrays.fill(model, 1 << 20, 4 << 20, (byte) 0x66);
                Arrays.fill(model, 12 << 20, (12 << 20) + (70 << 10), (byte) 0x77);
            }
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_WRITE)) {
                new RandomOperations(node, model, seed).compare();
            }
            delete();
        }
    }

    /** QEMU finds an image sound, and of this content; so do we. */
    protected final void judged(Path image, byte[] content) throws IOException {
        if (qemuChecks()) {
            Tool.qemuImg("check", "-f", format(), image);
        }
        if (qemuKnows()) {
            Path raw = file("judged.raw");
            Files.write(raw, content);
            Tool.qemuImg("compare", "-f", format(), "-F", "raw", image, raw);
        }
        try (ImageNode node = Images.open(format(), image, OpenOptions.READ_ONLY)) {
            new RandomOperations(node, content, 0).compare();
            if (node instanceof Checkable checkable) {
                assertThat(checkable.check(Checkable.Repair.NOTHING).findings()).isEmpty();
            }
            assertThatThrownBy(() -> Images.write(node, 0, new byte[512])).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Images.read(node, content.length - 100, 101))
                    .isInstanceOf(IOException.class);
        }
    }

    /** What was flushed is there when the process is gone without a word, and the image is sound. */
    @Test
    void flushedDataOutlivesUs() throws IOException {
        for (Map<String, String> variant : variants()) {
            Path image = file("killed.img");
            Images.create(format(), image, SIZE, variant);
            byte[] model = new byte[visible(variant)];
            Path left = folder.resolve("left");
            Files.createDirectory(left);
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_WRITE)) {
                RandomOperations operations = new RandomOperations(node, model, 99);
                operations.run(4, 20);
                node.flush();
                // The second half of the disk, of which nothing was promised.
                Images.write(node, model.length - 300_000, Images.random(5, 300_000));
                for (Path part : files()) {
                    Files.copy(part, left.resolve(part.getFileName().toString()));
                }
            }
            Path copy = left.resolve("killed.img");
            if (qemuChecks() && !uncleanNeedsRepair()) {
                Tool.Result checked = Tool.tryRun("qemu-utils", "qemu-img", "check", "-f", format(), copy);
                // 3: nothing but leaks.
                assertThat(checked.status()).as(checked.output()).isIn(0, 3);
            }
            try (ImageNode node = Images.open(format(), copy, OpenOptions.READ_WRITE)) {
                if (node instanceof Checkable checkable) {
                    assertThat(checkable.check(Checkable.Repair.ALL).corruptions())
                            .isZero();
                }
                byte[] found = Images.read(node, 0, model.length - 300_000);
                assertThat(Arrays.mismatch(found, 0, found.length, model, 0, found.length))
                        .isEqualTo(-1);
            }
            if (qemuChecks()) {
                Tool.qemuImg("check", "-f", format(), copy);
            }
            for (Path part : list(left)) {
                Files.delete(part);
            }
            Files.delete(left);
            delete();
        }
    }

    /** A host without room, now and then: what could be written is there, and the image is sound. */
    @Test
    void errorsOfTheHostLeaveASoundImage() throws IOException {
        for (Map<String, String> variant : fuzzVariants()) {
            Path image = file("flaky.img");
            Images.create(format(), image, SIZE, variant);
            byte[] model = new byte[visible(variant)];
            boolean[] unknown = new boolean[model.length];
            Random random = new Random(17);
            FlakyNode file = new FlakyNode(Images.file(image, OpenOptions.READ_WRITE), random);
            try (ImageNode node = Images.open(format(), file, OpenOptions.READ_WRITE)) {
                for (int i = 0; i < 300; i++) {
                    int from = random.nextInt(model.length);
                    int to = from + 1 + random.nextInt(Math.min(model.length - from, 200_000));
                    byte[] content = Images.random(i, to - from);
                    file.fail(random.nextInt(3) == 0);
                    try {
                        Images.write(node, from, content);
                        System.arraycopy(content, 0, model, from, content.length);
                        Arrays.fill(unknown, from, to, false);
                    } catch (NoSpaceException _) {
                        Arrays.fill(unknown, from, to, true);
                    }
                    try {
                        if (i % 20 == 0) {
                            node.flush();
                        }
                    } catch (NoSpaceException _) {
                        // It is tried again later.
                    }
                }
                file.fail(false);
            }
            if (qemuChecks()) {
                Tool.Result checked = Tool.tryRun("qemu-utils", "qemu-img", "check", "-f", format(), image);
                assertThat(checked.status()).as(checked.output()).isIn(0, 3);
            }
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_ONLY)) {
                byte[] found = Images.read(node, 0, model.length);
                for (int i = 0; i < model.length; i++) {
                    if (found[i] != model[i] && !unknown[i]) {
                        throw new AssertionError("byte %d of %s".formatted(i, variant));
                    }
                }
            }
            delete();
        }
    }

    /** Whether QEMU wants images that were not closed to be repaired first. */
    protected boolean uncleanNeedsRepair() {
        return false;
    }

    @Test
    void damagedImagesAreRefusedOrBorne() throws IOException {
        List<Path> images = new ArrayList<>();
        for (Map<String, String> variant : fuzzVariants()) {
            Path image = file("fuzz" + images.size() + ".img");
            Images.create(format(), image, 4 << 20, variant);
            try (ImageNode node = Images.open(format(), image, OpenOptions.READ_WRITE)) {
                Images.write(node, 100_000, Images.random(1, 300_000));
                Images.write(node, 3 << 20, Images.random(2, 512));
            }
            images.add(image);
        }
        ImageFuzzer fuzzer = new ImageFuzzer(Images.format(format()), this::mend, fuzzRoom());
        fuzzer.run(images);
        assertThat(fuzzer.opened()).isPositive();
    }

    /** How much larger a damaged image may become, bytes. */
    protected long fuzzRoom() {
        return 2L << 30;
    }

    /** Those of one file. */
    protected List<Map<String, String>> fuzzVariants() {
        return variants();
    }

    private List<Path> files() throws IOException {
        return list(folder).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> list(Path where) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.toList();
        }
    }

    private void delete() throws IOException {
        for (Path part : files()) {
            Files.delete(part);
        }
    }

    /** Options as a map that may be changed. */
    protected static Map<String, String> options(String... namesAndValues) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            options.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return options;
    }
}
