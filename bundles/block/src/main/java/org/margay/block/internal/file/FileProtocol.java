package org.margay.block.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.ImageOpener;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Protocol "file": files and block devices of the host, by their path; the other names say the same of devices. */
@Component(service = BlockProtocol.class)
@BlockProtocolName({"file", "host_device", "host_cdrom", "host_floppy"})
public final class FileProtocol implements BlockProtocol {
    @Override
    public String name() {
        return "file";
    }

    @Override
    public List<String> names() {
        return List.of("file", "host_device", "host_cdrom", "host_floppy");
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        Optional<FileKind> wanted = ImageOpener.protocolOf(filename).flatMap(FileKind::ofProtocol);
        return FileNode.open(filename, path(filename), wanted, options);
    }

    /** The file is emptied only once nobody else is known to use it. */
    @Override
    public void create(String filename) throws IOException {
        String path = path(filename);
        try {
            FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        } catch (FileSystemException e) {
            throw new IOException(reason(e), e);
        }
        try (BlockNode file = FileNode.open(filename, path, Optional.empty(), OpenOptions.READ_WRITE)) {
            if (file.growable()) {
                file.resize(0);
            }
        }
    }

    private static String path(String filename) throws IOException {
        try {
            String path = ImageOpener.protocolOf(filename)
                    .map(protocol -> filename.substring(protocol.length() + 1))
                    .orElse(filename);
            return Path.of(path).toString();
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
