package org.margay.block;

import java.io.IOException;
import org.margay.memory.IoVector;

/**
 * A node of the block graph: bytes that can be read and written at any offset. Protocols (a file, an NBD export) are the leaves,
 * {@link ImageNode image formats} lie on them, filters (a throttle, counters) on either.
 *
 * <p>All methods block, and may be called by any number of threads at once, virtual ones as a rule; never under the machine lock.
 * Ranges lie within {@link #length()}: callers see to it, nodes check it. Requests that are under way at the same time happen in any
 * order; of two that overlap it is open which wins, byte by byte.
 */
public interface BlockNode extends AutoCloseable {
    /** What query-block calls "drv": "qcow2", "file". */
    String driver();

    /** As the user named it: a path, "nbd:127.0.0.1:10809". */
    String filename();

    /** Bytes. Cheap: known without asking anybody. */
    long length();

    /** Whether writes are refused. */
    boolean readOnly();

    /**
     * Reads.
     *
     * @throws IOException when not all could be read; what the target holds then is open
     */
    void read(long offset, IoVector target) throws IOException;

    /**
     * Reads what is in the host's memory already. Never waits for a disk, a peer or another thread's I/O, and may be called under the
     * machine lock.
     *
     * @return whether all was read; if not, the target may hold anything
     */
    default boolean readNow(long offset, IoVector target) throws IOException {
        return false;
    }

    /**
     * Writes. What was written is seen by every read that begins afterwards; it is stable after {@link #flush}.
     *
     * @throws NoSpaceException when the host has no room left
     * @throws IOException when not all could be written; what the range holds then is open, byte by byte: the old or the new
     */
    void write(long offset, IoVector source) throws IOException;

    /**
     * Makes a range read as zeros, without moving that many bytes where there is a way.
     *
     * @param mayUnmap whether the range's room on the host may be given up
     */
    void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException;

    /**
     * Whether what is written goes to the host's memory first: writes take as long as copying then, as a rule. By exception, when that memory
     * is full, they take as long as a disk does.
     */
    default boolean cachesWrites() {
        return false;
    }

    /** The content of a range is not needed any more. A hint: what it reads as is the old content, or zeros. */
    default void discard(long offset, long length) throws IOException {}

    /** All writes that ended before are stable when this returns: they survive a loss of power. */
    void flush() throws IOException;

    /**
     * What is at an offset, in this node alone: where an image has no data of its own it says {@link Extent.Kind#UNALLOCATED}.
     *
     * @param length greatest that is of interest; positive
     * @return as far as it is of one kind, at least one byte, at most the given length
     */
    Extent extent(long offset, long length) throws IOException;

    /**
     * Changes the length; new bytes read as zeros.
     *
     * @throws UnsupportedImageException when this kind of node can't do that
     */
    default void resize(long length) throws IOException {
        throw new UnsupportedImageException("%s: can't be resized".formatted(driver()));
    }

    /** Bytes that it takes on the host, or -1 when nobody knows. */
    default long allocatedBytes() throws IOException {
        return -1;
    }

    /** Whether a write may grow it: what ends past the end makes it longer. Files do, disks don't. */
    default boolean growable() {
        return false;
    }

    /**
     * Goes on as read-only, or writable. What was written before is flushed. Locks on the host's files are changed accordingly.
     *
     * @throws IOException when the host does not allow it; nothing has changed then
     */
    void reopen(boolean readOnly) throws IOException;

    /** Flushes and gives everything up, what it lies on included. No request is under way any more. */
    @Override
    void close() throws IOException;
}
