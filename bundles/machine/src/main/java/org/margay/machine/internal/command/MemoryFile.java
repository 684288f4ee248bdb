package org.margay.machine.internal.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;

/** Copies guest memory to files of the host. */
final class MemoryFile {
    private static final int PAGE = 4096;

    /** File type bits of st_mode, and what they are for a FIFO (inode(7)). */
    private static final int S_IFMT = 0170000;

    private static final int S_IFIFO = 0010000;

    /** Fills a page's part; says where it came from. */
    interface Source {
        /** @param length at most to the end of the page that the address is in */
        void read(long address, byte[] target, int length) throws QmpException;
    }

    private MemoryFile() {}

    /**
     * Writes a range of addresses.
     *
     * @param size bytes, 0 to 2^31-1; more would hold up the machine for too long
     */
    static void save(String filename, long address, long size, Source source) throws QmpException {
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw QmpErrors.invalidParameterValue("size", "a number of bytes from 0 to " + Integer.MAX_VALUE);
        }
        try (OutputStream file = open(filename)) {
            byte[] page = new byte[PAGE];
            for (long done = 0; done < size; ) {
                int length = (int) Math.min(size - done, PAGE - (address + done & PAGE - 1));
                source.read(address + done, page, length);
                file.write(page, 0, length);
                done += length;
            }
        } catch (IOException e) {
            throw QmpErrors.ioError();
        }
    }

    private static OutputStream open(String filename) throws QmpException {
        try {
            Path path = Path.of(filename);
            if (Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & S_IFMT) == S_IFIFO) {
                // Opening it would wait for a reader, and the machine with it.
                throw QmpErrors.openFileFailed(filename);
            }
            return Files.newOutputStream(path);
        } catch (IOException | InvalidPathException e) {
            throw QmpErrors.openFileFailed(filename);
        }
    }

    /** Reads guest-physical memory; where there is nothing, zeros. */
    static void readPhysical(AddressSpace memory, long address, byte[] target, int length) {
        FlatView.Range range = memory.view().find(address);
        if (range != null && range.end() - address >= length) {
            memory.read(address, target, 0, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            target[i] = memory.view().find(address + i) == null ? 0 : (byte) memory.read(address + i, 1);
        }
    }
}
