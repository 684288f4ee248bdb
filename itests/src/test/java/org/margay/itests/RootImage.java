package org.margay.itests;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Makes disks that a guest can have as its root: an ext4 file system with what is in its initrd. No root is needed for that. */
final class RootImage {
    private static final int TYPE_MASK = 0170000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;
    private static final int FILE = 0100000;

    private RootImage() {}

    /**
     * Makes a raw image.
     *
     * @param initrd gzipped cpio archive in "newc" format
     * @param work a folder; what is in its folder "tree" comes on the disk too
     * @param size as mke2fs understands it, such as "64M"
     */
    static Path make(Path initrd, Path work, String size) throws IOException, InterruptedException {
        Path tree = Files.createDirectories(work.resolve("tree"));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(initrd))) {
            unpack(in.readAllBytes(), tree);
        }
        Path image = work.resolve("root.img");
        HostTool.run("mke2fs", "-q", "-t", "ext4", "-d", tree, image, size);
        return image;
    }

    /** Entries of a cpio archive: 13 hexadecimal fields behind a magic, the name, the content, each at a multiple of four. */
    private static void unpack(byte[] archive, Path tree) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(archive));
        while (true) {
            byte[] header = in.readNBytes(110);
            int mode = field(header, 1);
            int size = field(header, 6);
            int nameSize = field(header, 11);
            String name = new String(in.readNBytes(nameSize), 0, nameSize - 1, StandardCharsets.UTF_8);
            in.skipNBytes(-(110 + nameSize) & 3);
            if (name.equals("TRAILER!!!")) {
                return;
            }
            byte[] content = in.readNBytes(size);
            in.skipNBytes(-size & 3);
            put(tree.resolve(name), mode, content);
        }
    }

    private static int field(byte[] header, int index) {
        return Integer.parseUnsignedInt(new String(header, 6 + 8 * index, 8, StandardCharsets.US_ASCII), 16);
    }

    private static void put(Path path, int mode, byte[] content) throws IOException {
        switch (mode & TYPE_MASK) {
            case FOLDER -> {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, permissions(mode | 0700));
            }
            case LINK -> Files.createSymbolicLink(path, Path.of(new String(content, StandardCharsets.UTF_8)));
            case FILE -> {
                Files.write(path, content);
                Files.setPosixFilePermissions(path, permissions(mode));
            }
            default -> throw new IOException("%s of mode %o".formatted(path, mode));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        // The constants go from the owner's right to read to the others' to execute, as the bits do from the left.
        List<PosixFilePermission> all = List.of(PosixFilePermission.values());
        Set<PosixFilePermission> set = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            if ((mode >> all.size() - 1 - i & 1) != 0) {
                set.add(all.get(i));
            }
        }
        return set;
    }
}
