package org.margay.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.memory.IoVector;

/** Opens images with all that they lie on: the one way from a file name to a node. Any thread, but not under the machine lock. */
public final class ImageOpener {
    /** How much of a file {@link ImageFormat#probe} sees. */
    public static final int PROBE_BYTES = 2048;

    /** More images on top of each other than anybody has made by will. */
    private static final int DEEPEST = 200;

    private final BlockDrivers drivers;

    public ImageOpener(BlockDrivers drivers) {
        this.drivers = drivers;
    }

    /**
     * Opens an image and, unless the options say otherwise, its backing files, these read-only.
     *
     * @param format by name; empty: what the file looks like
     * @throws IOException when it can't be, in one line that names the file which is to blame
     */
    public BlockNode open(String filename, Optional<String> format, OpenOptions options) throws IOException {
        return open(filename, format, options, new HashSet<>());
    }

    private BlockNode open(String filename, Optional<String> format, OpenOptions options, Set<String> above)
            throws IOException {
        if (!above.add(filename) || above.size() > DEEPEST) {
            throw new ImageException("Backing file '%s' creates an infinite loop.".formatted(filename));
        }
        BlockNode file = openFile(filename, options);
        BlockNode image;
        try {
            image = open(file, format, options);
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(file, e);
            throw e;
        }
        if (options.backing() && image instanceof ImageNode overlay) {
            try {
                openBacking(overlay, options, above);
            } catch (IOException | RuntimeException | Error e) {
                closeAfter(image, e);
                throw e;
            }
        }
        return image;
    }

    /** Opens what lies under an image and puts it there. */
    private void openBacking(ImageNode overlay, OpenOptions options, Set<String> above) throws IOException {
        @Nullable BackingLink link = overlay.backingLink().orElse(null);
        if (link != null) {
            overlay.setBacking(open(
                    resolve(overlay.filename(), link.filename()),
                    Optional.ofNullable(link.format()),
                    options.withReadOnly(true),
                    above));
        }
    }

    /** Opens the protocol of a file name alone. */
    public BlockNode openFile(String filename, OpenOptions options) throws IOException {
        try {
            return drivers.protocol(filename).open(filename, options, drivers);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("Could not open '%s': %s".formatted(filename, e.getMessage()), e);
        }
    }

    /** Opens the image in a file that is open already; the caller still has the file when this throws. */
    public BlockNode open(BlockNode file, Optional<String> format, OpenOptions options) throws IOException {
        ImageFormat chosen = format.isPresent() ? named(format.get()) : probe(file);
        if (!options.readOnly() && !chosen.writable()) {
            throw new UnsupportedImageException(
                    "Block format '%s' does not support writing: open it read-only".formatted(chosen.name()));
        }
        return chosen.open(file, options, drivers);
    }

    /**
     * A format by name.
     *
     * @throws ImageException when there is none
     */
    public ImageFormat named(String format) throws IOException {
        return drivers.format(format).orElseThrow(() -> new ImageException("Unknown driver '%s'".formatted(format)));
    }

    /** The format that a file looks like. */
    public ImageFormat probe(BlockNode file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(Math.min(PROBE_BYTES, Math.max(1, file.length())));
            if (file.length() == 0) {
                return named("raw");
            }
            file.read(0, IoVector.of(head));
            return drivers.probe(head, file.filename());
        }
    }

    /** The name of a backing file, seen from the image that names it. */
    public static String resolve(String image, String backing) {
        if (protocolOf(backing).isPresent() || backing.startsWith("/")) {
            return backing;
        }
        int folder = image.lastIndexOf('/');
        return folder < 0 ? backing : image.substring(0, folder + 1) + backing;
    }

    /** What stands before the colon of a file name, when that is a protocol's name and not the beginning of a path. */
    public static Optional<String> protocolOf(String filename) {
        int colon = filename.indexOf(':');
        int slash = filename.indexOf('/');
        return colon <= 0 || (slash >= 0 && slash < colon)
                ? Optional.empty()
                : Optional.of(filename.substring(0, colon));
    }

    /** A path that means the same file from everywhere; names with a protocol stay. */
    public static String absolute(String filename) {
        return protocolOf(filename).isPresent()
                ? filename
                : Path.of(filename).toAbsolutePath().toString();
    }

    private static void closeAfter(BlockNode node, Throwable failure) {
        try {
            node.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
