package org.margay.block.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Protocol "file": files of the host, by their path. */
@Component(service = BlockProtocol.class)
@BlockProtocolName("file")
public final class FileProtocol implements BlockProtocol {
    private static final String PREFIX = "file:";

    @Override
    public String name() {
        return "file";
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        Path path = path(filename);
        if (Files.isDirectory(path)) {
            throw new IOException("Is a directory");
        }
        try {
            return FileNode.open(filename, path, options);
        } catch (FileSystemException e) {
            throw new IOException(reason(e), e);
        }
    }

    @Override
    public void create(String filename) throws IOException {
        try (FileChannel file = FileChannel.open(
                path(filename),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            file.force(true);
        } catch (FileSystemException e) {
            throw new IOException(reason(e), e);
        }
    }

    private static Path path(String filename) throws IOException {
        try {
            return Path.of(filename.startsWith(PREFIX) ? filename.substring(PREFIX.length()) : filename);
        } catch (InvalidPathException e) {
            throw new IOException("Invalid file name: " + e.getReason(), e);
        }
    }

    /** What the host said, in its usual words. */
    private static String reason(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason();
        };
    }
}
