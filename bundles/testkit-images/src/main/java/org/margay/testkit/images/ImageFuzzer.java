package org.margay.testkit.images;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockProtocol;
import org.margay.block.Checkable;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageNode;
import org.margay.block.OpenOptions;

/**
 * Opens damaged images and works with them. They may be refused, by an {@link IOException}; nothing else may happen: no other
 * exception, no write far behind the file's end, no allocation beyond what the JVM was given, nothing that takes long.
 *
 * <p>A few seconds in each build; {@code -Dmargay.fuzz.rounds=} for more, {@code -Dmargay.fuzz.seed=} for others.
 */
public final class ImageFuzzer {
    private static final int ROUNDS = Integer.getInteger("margay.fuzz.rounds", 1500);
    private static final long SEED = Long.getLong("margay.fuzz.seed", 20120522);

    /** How far behind its end a file may grow: some blocks, some tables, but not as far as a damaged number may point. */
    private static final long USUAL_ROOM = 2L << 30;

    private static final long LONGEST_ROUND_NANOS = 10_000_000_000L;

    private final ImageFormat format;
    private final Consumer<MemoryFile> mender;
    private final long moreRoom;
    private long opened;

    /**
     * @param mender makes checksums right again, in every other round
     */
    public ImageFuzzer(ImageFormat format, Consumer<MemoryFile> mender) {
        this(format, mender, USUAL_ROOM);
    }

    /**
     * @param moreRoom bytes that a file may grow by: formats that have a place for each sector need as much as a disk may have
     */
    public ImageFuzzer(ImageFormat format, Consumer<MemoryFile> mender, long moreRoom) {
        this.format = format;
        this.mender = mender;
        this.moreRoom = moreRoom;
    }

    /** How many damaged images could be opened all the same: a fuzzer whose images are all refused shows little. */
    public long opened() {
        return opened;
    }

    /**
     * Damages images of this format.
     *
     * @param images small ones
     */
    public void run(List<Path> images) throws IOException {
        for (Path image : images) {
            MemoryFile file = new MemoryFile(image.toString(), Files.size(image) + moreRoom);
            byte[] whole = Files.readAllBytes(image);
            for (int round = 0; round < Math.ceilDiv(ROUNDS, images.size()); round++) {
                long seed = SEED + round;
                long start = System.nanoTime();
                try {
                    round(file, whole, new Random(seed));
                } catch (IOException e) {
                    continue;
                } catch (Throwable e) {
                    throw new AssertionError("%s damaged with seed %d: %s".formatted(image, seed, e), e);
                }
                if (System.nanoTime() - start > LONGEST_ROUND_NANOS) {
                    throw new AssertionError("%s damaged with seed %d took too long".formatted(image, seed));
                }
            }
        }
    }

    private void round(MemoryFile file, byte[] whole, Random random) throws IOException {
        file.reset(whole);
        int damages = 1 + random.nextInt(5);
        for (int i = 0; i < damages; i++) {
            damage(file, random);
        }
        if (random.nextBoolean()) {
            mender.accept(file);
        }
        boolean readOnly = !format.writable() || random.nextInt(4) == 0;
        file.setReadOnly(readOnly);
        format.probe(MemorySegment.ofArray(file.get(0, (int) Math.min(2048, file.length()))), file.filename());
        OpenOptions options = readOnly ? OpenOptions.READ_ONLY : OpenOptions.READ_WRITE;
        try (ImageNode node = format.open(file, options, NO_OTHER_FILES)) {
            opened++;
            node.details();
            work(node, random, readOnly);
        }
    }

    private static void work(ImageNode node, Random random, boolean readOnly) throws IOException {
        for (int i = 0; i < 12; i++) {
            if (node.length() == 0) {
                return;
            }
            long offset = random.nextInt(3) == 0
                    ? random.nextLong(node.length())
                    : random.nextLong(Math.min(node.length(), 8 << 20));
            int size = (int) Math.min(node.length() - offset, 1 + random.nextInt(1 << 17));
            try {
                step(node, random, readOnly, offset, size);
            } catch (IOException _) {
                // As it may.
            }
        }
        if (node instanceof Checkable checkable) {
            checkable.check(readOnly || random.nextBoolean() ? Checkable.Repair.NOTHING : Checkable.Repair.ALL);
        }
    }

    private static void step(ImageNode node, Random random, boolean readOnly, long offset, int size)
            throws IOException {
        switch (random.nextInt(readOnly ? 3 : 6)) {
            case 0, 1 -> Images.read(node, offset, size);
            case 2 -> node.extent(offset, node.length() - offset);
            case 3, 4 -> Images.write(node, offset, Images.random(offset, size));
            default -> {
                node.writeZeroes(offset, size, random.nextBoolean());
                node.flush();
            }
        }
    }

    private static void damage(MemoryFile file, Random random) {
        long length = file.length();
        if (length < 16) {
            return;
        }
        long at = place(length, random);
        switch (random.nextInt(12)) {
            case 0 -> file.put(at, (byte) (file.get(at, 1)[0] ^ 1 << random.nextInt(8)));
            case 1, 2 -> file.put(at, (byte) random.nextInt());
            case 3, 4, 5, 6 -> file.put(at & -4, number(random, length, Integer.BYTES));
            case 7, 8 -> file.put(at & -4, number(random, length, Long.BYTES));
            case 9 -> file.put(at, file.get(random.nextLong(length - 8), 8));
            case 10 -> file.put(at, new byte[(int) Math.min(length - at, 1 + random.nextInt(600))]);
            default -> {
                if (random.nextInt(4) == 0) {
                    file.cut(at);
                } else {
                    file.put(at, Images.random(at, (int) Math.min(length - at, 1 + random.nextInt(64))));
                }
            }
        }
    }

    /** Headers and what follows them, most of the time; what stands at the end. */
    private static long place(long length, Random random) {
        long within = length - 8;
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> random.nextLong(Math.min(within, 512));
            case 5, 6 -> random.nextLong(Math.min(within, 4096));
            case 7, 8 -> within - random.nextLong(Math.min(within, 1536));
            default -> random.nextLong(within);
        };
    }

    private static byte[] number(Random random, long length, int bytes) {
        long value = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> 1L << random.nextInt(bytes * 8);
            case 3 -> (1L << random.nextInt(bytes * 8)) - 1;
            case 4 -> length / 512 + random.nextInt(3) - 1;
            case 5 -> length + random.nextInt(1024) - 512;
            case 6 -> random.nextLong();
            default -> random.nextInt(64);
        };
        ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        byte[] out = new byte[bytes];
        if (bytes == Integer.BYTES) {
            MemorySegment.ofArray(out).set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0, (int) value);
        } else {
            MemorySegment.ofArray(out).set(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 0, value);
        }
        return out;
    }

    /** A damaged image must not lead to files of the host. */
    private static final BlockDrivers NO_OTHER_FILES = new BlockDrivers() {
        @Override
        public Optional<ImageFormat> format(String name) {
            return Optional.empty();
        }

        @Override
        public BlockProtocol protocol(String filename) throws IOException {
            throw new ImageException("no other files here");
        }

        @Override
        public ImageFormat probe(MemorySegment head, String filename) {
            throw new AssertionError("probed " + filename);
        }

        @Override
        public List<String> formats() {
            return List.of();
        }
    };
}
