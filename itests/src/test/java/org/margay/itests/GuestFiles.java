package org.margay.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** More files for a guest that runs from its initrd: a second archive behind the first one, which Linux unpacks over it. */
final class GuestFiles {
    private static final int FOLDER = 0040755;
    private static final int EXECUTABLE = 0100755;

    private final Map<String, byte[]> files = new TreeMap<>();

    /** Adds an executable file by its path without the slash in front. */
    GuestFiles add(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    /** Adds text. */
    GuestFiles add(String path, String content) {
        return add(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the initrd of a guest with these files. */
    Path behind(Path initrd, Path to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Files.readAllBytes(initrd));
        pad(out);
        Set<String> folders = new TreeSet<>();
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
        }
        folders.forEach(folder -> entry(out, folder, FOLDER, new byte[0]));
        files.forEach((path, content) -> entry(out, path, EXECUTABLE, content));
        entry(out, "TRAILER!!!", 0, new byte[0]);
        return Files.write(to, out.toByteArray());
    }

    /** Of a cpio archive in "newc" format. */
    private static void entry(ByteArrayOutputStream out, String name, int mode, byte[] content) {
        StringBuilder header = new StringBuilder("070701");
        for (int field : new int[] {1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0}) {
            header.append("%08X".formatted(field));
        }
        out.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        pad(out);
        out.writeBytes(content);
        pad(out);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }
}
