package org.margay.block.internal.file;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a file of the host is to the block graph. */
enum FileKind {
    FILE,
    HOST_DEVICE,
    HOST_CDROM,
    HOST_FLOPPY;

    /** The kind of device that a protocol asks for, "host_cdrom" for example. */
    static Optional<FileKind> ofProtocol(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind != FILE && kind.toString().equals(name))
                .findFirst();
    }

    /** The kind of device that a path names. */
    static FileKind ofDevice(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.matches("(s?cd|sr|dvd|cdrom)\\w*")) {
            return HOST_CDROM;
        }
        return name.matches("fd\\d+") ? HOST_FLOPPY : HOST_DEVICE;
    }

    /** As query-block names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
