package org.margay.block.internal.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks an image's file so that no two processes write it, Margay, QEMU and qemu-img alike. For each thing that somebody does with an
 * image a byte of the file stands for doing it and another for not letting others do it. All hold read locks, of their open file
 * description, on the bytes of what they do and of what they don't allow, and look whether anybody has the byte that contradicts. (QEMU's
 * manual, "Disk image file locking"; the bytes can be seen in /proc/locks.)
 */
final class ImageLock {
    private static final Logger LOG = LoggerFactory.getLogger(ImageLock.class);

    /** What is done with an image. The ordinals are the bytes' places. */
    private enum Use {
        CONSISTENT_READ("consistent read"),
        WRITE("write"),
        WRITE_UNCHANGED("write unchanged"),
        RESIZE("resize");

        private final String text;

        Use(String text) {
            this.text = text;
        }

        /** Locked by those who do it. */
        long doing() {
            return 100 + ordinal();
        }

        /** Locked by those who don't let others do it. */
        long refusing() {
            return 200 + ordinal();
        }
    }

    private static final Set<Use> READER = EnumSet.of(Use.CONSISTENT_READ);
    private static final Set<Use> WRITER = EnumSet.of(Use.CONSISTENT_READ, Use.WRITE, Use.RESIZE);
    private static final Set<Use> REFUSED = EnumSet.of(Use.WRITE, Use.RESIZE);

    private final int fd;
    private final String path;

    /** @param fd open for reading at least; locks go when it is closed */
    ImageLock(int fd, String path) {
        this.fd = fd;
        this.path = path;
    }

    /**
     * Takes the locks of a reader or a writer, and gives those back that are too many.
     *
     * @throws IOException when somebody else's use contradicts; the locks are as they were
     */
    void take(boolean readOnly) throws IOException {
        Set<Use> uses = readOnly ? READER : WRITER;
        try {
            lock(uses);
        } catch (Posix.Refusal e) {
            if (e.errno() != Posix.EAGAIN && e.errno() != Posix.EACCES) {
                // Some file systems know no locks.
                LOG.debug("{} is not locked", path, e);
                return;
            }
            throw refused("Failed to lock byte");
        }
        check(uses);
        for (Use use : Use.values()) {
            if (!uses.contains(use)) {
                Posix.unlock(fd, use.doing());
            }
        }
    }

    private void lock(Set<Use> uses) throws Posix.Refusal {
        for (Use use : uses) {
            Posix.lockShared(fd, use.doing());
        }
        for (Use use : REFUSED) {
            Posix.lockShared(fd, use.refusing());
        }
    }

    private void check(Set<Use> uses) throws IOException {
        for (Use use : uses) {
            if (Posix.isLockedElsewhere(fd, use.refusing())) {
                throw undone(uses, "Failed to get \"%s\" lock".formatted(use.text));
            }
        }
        for (Use use : REFUSED) {
            if (Posix.isLockedElsewhere(fd, use.doing())) {
                throw undone(uses, "Failed to get shared \"%s\" lock".formatted(use.text));
            }
        }
    }

    /** A writer that was not let stays a reader, or nothing; of nothing the file is closed. */
    private IOException undone(Set<Use> uses, String why) throws Posix.Refusal {
        for (Use use : Arrays.asList(Use.WRITE, Use.RESIZE)) {
            if (uses.contains(use)) {
                Posix.unlock(fd, use.doing());
            }
        }
        return refused(why);
    }

    private IOException refused(String why) {
        return new IOException("%s\nIs another process using the image [%s]?".formatted(why, path));
    }
}
