package org.margay.block.internal.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageNode;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and makes what lies in drives. A service; any thread, but not under the machine lock. */
@Component(service = Media.class)
public final class Media {
    private static final Logger LOG = LoggerFactory.getLogger(Media.class);

    private static final String SNAPSHOT_FORMAT = "qcow2";

    private final BlockDrivers drivers;
    private final ImageOpener opener;

    @Activate
    public Media(@Reference BlockDrivers drivers) {
        this.drivers = new CountingDrivers(drivers);
        this.opener = new ImageOpener(this.drivers);
    }

    /**
     * A medium as a drive wants it: a file that can't be written is opened read-only.
     *
     * @throws IOException when it can't be, in one line that names the file which is to blame
     */
    public Medium open(String file, Optional<String> format, OpenOptions options, boolean snapshot) throws IOException {
        return snapshot ? overlay(file, format, options) : new Medium(openRoot(file, format, options));
    }

    /** An image and what lies below it; its files count what is done from now on. */
    public BlockNode openRoot(String file, Optional<String> format, OpenOptions options) throws IOException {
        BlockNode root;
        try {
            root = opener.open(file, format, options);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            if (options.readOnly() || !isRefusal(e)) {
                throw e;
            }
            LOG.info("{}: opened read-only", e.getMessage());
            root = opener.open(file, format, options.withReadOnly(true));
        }
        counter(root).ifPresent(CountingNode::reset);
        return root;
    }

    private static boolean isRefusal(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.endsWith("Permission denied") || message.endsWith("Read-only file system");
    }

    /** A temporary image over a file: what the guest writes is gone with the machine. */
    private Medium overlay(String file, Optional<String> format, OpenOptions options) throws IOException {
        BlockNode below = openRoot(file, format, options.withReadOnly(true));
        @Nullable Path temporary = null;
        try {
            temporary = Files.createTempFile("margay-", ".qcow2");
            String name = temporary.toString();
            create(name, SNAPSHOT_FORMAT, below.length(), new BackingLink(ImageOpener.absolute(file), below.driver()));
            BlockNode root = openRoot(
                    name,
                    Optional.of(SNAPSHOT_FORMAT),
                    options.withReadOnly(false).withBacking(false));
            ((ImageNode) root).setBacking(below);
            return new Medium(root);
        } catch (IOException | RuntimeException | Error e) {
            close(below);
            throw e;
        } finally {
            if (temporary != null) {
                // Open files live on without a name, and go with the process however that ends.
                Files.deleteIfExists(temporary);
            }
        }
    }

    /**
     * A format that images can be made of.
     *
     * @throws ImageException when there is none of the name
     */
    public ImageFormat format(String name) throws IOException {
        return opener.named(name);
    }

    /**
     * Makes an empty image, with the format's own defaults.
     *
     * @throws IOException when it can't be, in one line that names the file
     */
    public void create(String file, String format, long size, @Nullable BackingLink backing) throws IOException {
        ImageFormat chosen = format(format);
        Class<? extends Record> options = chosen.createOptions();
        if (options == null) {
            throw new ImageException("Format driver '%s' does not support image creation".formatted(format));
        }
        Record defaults;
        try {
            defaults = new PropertyBinder<>(options, Wording.ofOption()).bind(Map.of());
        } catch (DeviceException e) {
            throw new ImageException(e.description(), e);
        }
        try {
            drivers.protocol(file).create(file);
        } catch (ImageException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("Could not create '%s': %s".formatted(file, e.getMessage()), e);
        }
        try (BlockNode node = opener.openFile(file, OpenOptions.READ_WRITE)) {
            chosen.create(node, new CreateRequest(size, backing, defaults), drivers);
        }
    }

    /** Gives a medium back; what can't be written is in the log, nobody could be told. */
    public static void close(BlockNode node) {
        try {
            node.close();
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: closed with an error", node.filename(), e);
        }
    }

    /** What counts the work on a root's file. */
    static Optional<CountingNode> counter(BlockNode root) {
        return root instanceof ImageNode image && image.file() instanceof CountingNode counting
                ? Optional.of(counting)
                : Optional.empty();
    }
}
