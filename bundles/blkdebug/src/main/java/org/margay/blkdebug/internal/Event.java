package org.margay.blkdebug.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.margay.block.ImageException;

/**
 * What happens at the node of a file, by QEMU's names. QEMU has more, which formats raise: here everything that a format does is a
 * read, a write or a flush of its file.
 */
enum Event {
    READ_AIO,
    /** Before a write. */
    PWRITEV,
    WRITE_AIO,
    /** Before a range is made zeros. */
    PWRITEV_ZERO,
    /** After a write, or zeros. */
    PWRITEV_DONE,
    FLUSH_TO_OS,
    FLUSH_TO_DISK;

    static Event of(String name) throws IOException {
        for (Event event : values()) {
            if (event.toString().equals(name)) {
                return event;
            }
        }
        throw new ImageException("event '%s' does not occur here, only %s"
                .formatted(name, Arrays.stream(values()).map(Event::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
