package org.margay.testkit.images;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.memory.IoVector;

/** Makes and opens images with the formats of the class path. */
public final class Images {
    private static final BlockDrivers DRIVERS = BlockDrivers.onClassPath();

    private Images() {}

    public static ImageFormat format(String name) throws IOException {
        return DRIVERS.format(name).orElseThrow();
    }

    /** Makes one as margay-img does. */
    public static void create(String format, Path file, long size, Map<String, String> options) throws IOException {
        create(format, file, size, options, null);
    }

    /** Makes one with a backing file. */
    public static void create(
            String format, Path file, long size, Map<String, String> options, @Nullable BackingLink backing)
            throws IOException {
        ImageFormat made = format(format);
        Class<? extends Record> type = made.createOptions();
        if (type == null) {
            throw new IOException(format + " has no options");
        }
        DRIVERS.protocol(file.toString()).create(file.toString());
        try (BlockNode node =
                DRIVERS.protocol(file.toString()).open(file.toString(), OpenOptions.READ_WRITE, DRIVERS)) {
            made.create(node, new CreateRequest(size, backing, bind(type, options)), DRIVERS);
        }
    }

    /** The record of options, as text says it. */
    public static Record bind(Class<? extends Record> type, Map<String, String> options) throws IOException {
        try {
            return new PropertyBinder<>(type, Wording.ofOption()).bind(options);
        } catch (DeviceException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Opens one by format name. */
    public static ImageNode open(String format, Path file, OpenOptions options) throws IOException {
        return (ImageNode) new ImageOpener(DRIVERS).open(file.toString(), Optional.of(format), options);
    }

    /** Opens one in a file that is open already. */
    public static ImageNode open(String format, BlockNode file, OpenOptions options) throws IOException {
        return format(format).open(file, options, DRIVERS);
    }

    /** Opens a file alone. */
    public static BlockNode file(Path file, OpenOptions options) throws IOException {
        return new ImageOpener(DRIVERS).openFile(file.toString(), options);
    }

    /** Opens one by what it looks like. */
    public static BlockNode probe(Path file, OpenOptions options) throws IOException {
        return new ImageOpener(DRIVERS).open(file.toString(), Optional.empty(), options);
    }

    /** Reads a part. */
    public static byte[] read(BlockNode node, long offset, int size) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(Math.max(1, size)).asSlice(0, size);
            node.read(offset, IoVector.of(memory));
            return memory.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Writes a part, from two pieces of memory where it is long enough. */
    public static void write(BlockNode node, long offset, byte... content) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(Math.max(1, content.length)).asSlice(0, content.length);
            memory.copyFrom(MemorySegment.ofArray(content));
            int half = content.length / 2;
            node.write(offset, IoVector.of(memory.asSlice(0, half), memory.asSlice(half)));
        }
    }

    /** Bytes without any pattern. */
    public static byte[] random(long seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }
}
