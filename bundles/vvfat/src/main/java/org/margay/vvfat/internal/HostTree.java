package org.margay.vvfat.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.margay.block.ImageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a folder and all that is in it. What is neither file nor folder is left out, and so are links to folders. */
final class HostTree {
    private static final Logger LOG = LoggerFactory.getLogger(HostTree.class);

    /** More than anybody wants to give to a guest in this way; it is all kept in memory. */
    private static final int MOST_ENTRIES = 100_000;

    private static final int DEEPEST = 64;
    private static final long LARGEST_FILE = 0xffffffffL;

    private int entries;

    private HostTree() {}

    static HostEntry read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ImageException("'%s' is not a folder".formatted(folder));
        }
        BasicFileAttributes attributes = Files.readAttributes(folder, BasicFileAttributes.class);
        return new HostTree().folder(folder, "", attributes, 0);
    }

    private HostEntry folder(Path folder, String name, BasicFileAttributes attributes, int depth) throws IOException {
        List<HostEntry> children = new ArrayList<>();
        if (depth < DEEPEST) {
            for (Path path : list(folder)) {
                if (++entries > MOST_ENTRIES) {
                    throw new ImageException("more than %d files in the folder".formatted(MOST_ENTRIES));
                }
                add(path, children, depth);
            }
        }
        return new HostEntry(folder, name, true, 0, time(attributes), List.copyOf(children));
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(paths::add);
        } catch (AccessDeniedException | NoSuchFileException e) {
            LOG.warn("{} can't be read: its content is left out", folder);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        paths.sort(Comparator.comparing(path -> path.getFileName().toString()));
        return paths;
    }

    private void add(Path path, List<HostEntry> children, int depth) throws IOException {
        String name = path.getFileName().toString();
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            LOG.warn("{} can't be read: it is left out", path);
            return;
        }
        if (attributes.isDirectory()) {
            // A link to a folder may lead back to where it is.
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                children.add(folder(path, name, attributes, depth + 1));
            }
        } else if (attributes.isRegularFile()) {
            if (attributes.size() > LARGEST_FILE) {
                throw new ImageException("file '%s' is too large for FAT".formatted(path));
            }
            children.add(new HostEntry(path, name, false, attributes.size(), time(attributes), List.of()));
        }
    }

    private static LocalDateTime time(BasicFileAttributes attributes) {
        return LocalDateTime.ofInstant(attributes.lastModifiedTime().toInstant(), ZoneId.systemDefault());
    }
}
