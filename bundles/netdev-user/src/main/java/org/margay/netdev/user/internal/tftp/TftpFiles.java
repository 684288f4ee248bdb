package org.margay.netdev.user.internal.tftp;

import java.util.Optional;
import java.util.function.Consumer;

/** Files that guests may read. No call blocks: what is asked for is told later, under the machine lock. */
@FunctionalInterface
public interface TftpFiles {
    /** A file that is open. */
    interface OpenFile {
        /** Bytes. */
        long size();

        /** Reads from a position; gives fewer bytes only at the end, and nothing when it can't be read. */
        void read(long position, int length, Consumer<Optional<byte[]>> then);

        void close();
    }

    /** Opens a file by the name that a guest gives; gives nothing when there is none, or it is none of the guest's business. */
    void open(String name, Consumer<Optional<OpenFile>> then);
}
