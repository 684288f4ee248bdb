package org.margay.block.internal.file;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.Extent;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;
import org.margay.block.Ranges;
import org.margay.block.UnsupportedImageException;
import org.margay.memory.IoVector;

/**
 * A file or block device of the host. What it does is done through channels, since virtual threads get others in their place while
 * they wait in those; what channels can't do goes by {@link Posix}.
 */
final class FileNode implements BlockNode {
    private static final long ZERO_CHUNK = 1L << 20;

    /** What the host says of ENOSPC and EDQUOT; the JDK has no type for them. */
    private static final Set<String> NO_SPACE = Set.of("No space left on device", "Disk quota exceeded");

    /** Pieces from this size on are worth a system call each. */
    private static final long LARGE_PIECE = 64 * 1024;

    /** Offsets, lengths and addresses that O_DIRECT takes everywhere. */
    private static final long DIRECT_UNIT = 4096;

    private static final long BLKGETSIZE64 = 0x80081272L;
    private static final long BLKROGET = 0x125E;

    private final String filename;
    private final FileKind kind;
    private final OpenOptions options;
    /** For locks, holes and sizes: open for reading as long as the node lives. */
    private final int fd;

    private final ImageLock lock;
    private volatile Channels channels;
    private volatile boolean readOnly;
    private volatile long length;
    /** Open for writing, for what channels can't; -1: nobody needed it yet. */
    private volatile int writeFd = -1;

    private volatile boolean zeroRanges = true;
    private volatile boolean punches = true;
    private volatile boolean seesHoles = true;
    private volatile boolean knowsPageCache = true;

    /**
     * The ways to the file.
     *
     * @param buffered through the host's page cache
     * @param direct past it, or null where that is not asked for
     */
    private record Channels(FileChannel buffered, @Nullable FileChannel direct) {
        /** Opens the file of a descriptor anew. */
        static Channels open(int fd, boolean forReading, boolean direct) throws IOException {
            Set<OpenOption> modes = new HashSet<>(Set.of(StandardOpenOption.READ));
            if (!forReading) {
                modes.add(StandardOpenOption.WRITE);
            }
            FileChannel buffered = channel(fd, modes);
            if (!direct) {
                return new Channels(buffered, null);
            }
            modes.add(ExtendedOpenOption.DIRECT);
            try {
                return new Channels(buffered, channel(fd, modes));
            } catch (IOException | RuntimeException e) {
                buffered.close();
                throw e;
            }
        }

        private static FileChannel channel(int fd, Set<OpenOption> modes) throws IOException {
            try {
                return FileChannel.open(pathOf(fd), modes);
            } catch (AccessDeniedException e) {
                throw new IOException("Permission denied", e);
            } catch (FileSystemException e) {
                throw new IOException(e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason(), e);
            }
        }

        /** The one that takes a request. */
        FileChannel fitting(long offset, long size, long address) {
            // What O_DIRECT does not take goes through the page cache, which Linux keeps in step with direct requests.
            return direct != null && isDirect(offset, size) && isDirect(address, 0) ? direct : buffered;
        }

        void close() throws IOException {
            try (direct) {
                buffered.close();
            }
        }
    }

    /** The same file, whatever has become of its name. */
    private static Path pathOf(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    private FileNode(
            String filename, String path, FileKind kind, OpenOptions options, int fd, long length, Channels channels) {
        this.filename = filename;
        this.kind = kind;
        this.options = options;
        this.fd = fd;
        this.lock = new ImageLock(fd, path);
        this.length = length;
        this.channels = channels;
        this.readOnly = options.readOnly();
    }

    /** @param wanted the kind of device that it has to be; empty: a file, or what device its name says */
    static FileNode open(String filename, String path, Optional<FileKind> wanted, OpenOptions options)
            throws IOException {
        int fd = Posix.open(path, Posix.O_RDONLY);
        try {
            return opened(filename, path, wanted, options, fd);
        } catch (IOException | RuntimeException | Error e) {
            Posix.close(fd);
            throw e;
        }
    }

    private static FileNode opened(String filename, String path, Optional<FileKind> wanted, OpenOptions options, int fd)
            throws IOException {
        Posix.Status status = Posix.status(fd);
        if (status.isDirectory()) {
            throw new IOException("Is a directory");
        }
        if (!status.isRegular() && !status.isBlockDevice()) {
            throw new IOException("'file' driver requires '%s' to be a regular file".formatted(path));
        }
        if (wanted.isPresent() && !status.isBlockDevice()) {
            throw new IOException("'%s' driver requires '%s' to be a block device".formatted(wanted.get(), path));
        }
        FileKind kind = status.isBlockDevice() ? wanted.orElseGet(() -> FileKind.ofDevice(path)) : FileKind.FILE;
        boolean writeProtected =
                kind == FileKind.HOST_CDROM || status.isBlockDevice() && (int) Posix.ioctl(fd, BLKROGET) != 0;
        if (writeProtected && !options.readOnly()) {
            throw new IOException("Read-only file system");
        }
        long length = status.isBlockDevice() ? Posix.ioctl(fd, BLKGETSIZE64) : status.size();
        Channels channels =
                Channels.open(fd, options.readOnly(), options.cache().direct());
        FileNode node = new FileNode(filename, path, kind, options, fd, length, channels);
        try {
            if (!options.share()) {
                node.lock.take(options.readOnly());
            }
        } catch (IOException e) {
            channels.close();
            throw e;
        }
        return node;
    }

    @Override
    public String driver() {
        return kind.toString();
    }

    @Override
    public String filename() {
        return filename;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean growable() {
        return kind == FileKind.FILE;
    }

    /** Moves bytes between a channel and memory. */
    @FunctionalInterface
    private interface Move {
        int move(FileChannel channel, ByteBuffer memory, long offset) throws IOException;
    }

    @Override
    public void read(long offset, IoVector target) throws IOException {
        Ranges.check(this, offset, target.size());
        if (isPlain(offset, target)) {
            moveEach(offset, target.pieces(), this::readSome);
            return;
        }
        MemorySegment bounce = BounceBuffers.take();
        try {
            for (long done = 0; done < target.size(); done += BounceBuffers.SIZE) {
                long part = Math.min(BounceBuffers.SIZE, target.size() - done);
                MemorySegment memory = bounce.asSlice(0, part);
                moveAll(offset + done, memory, this::readSome);
                target.slice(done, part).copyFrom(memory);
            }
        } finally {
            BounceBuffers.giveBack(bounce);
        }
    }

    @Override
    public boolean readNow(long offset, IoVector target) throws IOException {
        if (!knowsPageCache || channels.direct() != null || target.pieces().size() > Posix.MOST_PIECES) {
            return false;
        }
        Ranges.check(this, offset, target.size());
        try {
            return Posix.readCached(fd, target.pieces(), offset) == target.size();
        } catch (Posix.Refusal e) {
            knowsPageCache = e.errno() == Posix.EAGAIN;
            return false;
        }
    }

    @Override
    public boolean cachesWrites() {
        return kind == FileKind.FILE && channels.direct() == null;
    }

    private int readSome(FileChannel channel, ByteBuffer memory, long offset) throws IOException {
        int count = channel.read(memory, offset);
        if (count < 0) {
            throw new EOFException("%s became shorter".formatted(filename));
        }
        return count;
    }

    @Override
    public void write(long offset, IoVector source) throws IOException {
        Ranges.checkWrite(this, offset, source.size());
        try {
            if (isPlain(offset, source)) {
                moveEach(offset, source.pieces(), FileChannel::write);
            } else if (!Thread.currentThread().isVirtual() && cachesWrites()) {
                writeGathered(offset, source);
            } else {
                writeBounced(offset, source);
            }
        } catch (IOException e) {
            throw noSpace(e);
        }
        grewTo(offset + source.size());
    }

    /** All pieces by one call, which would take the carrier from other virtual threads. */
    private void writeGathered(long offset, IoVector source) throws IOException {
        long written = source.pieces().size() > Posix.MOST_PIECES ? 0 : Posix.write(writeFd(), source.pieces(), offset);
        if (written < source.size()) {
            writeBounced(offset + written, source.slice(written, source.size() - written));
        }
    }

    private void writeBounced(long offset, IoVector source) throws IOException {
        MemorySegment bounce = BounceBuffers.take();
        try {
            for (long done = 0; done < source.size(); done += BounceBuffers.SIZE) {
                long part = Math.min(BounceBuffers.SIZE, source.size() - done);
                MemorySegment memory = bounce.asSlice(0, part);
                source.slice(done, part).copyTo(memory);
                moveAll(offset + done, memory, FileChannel::write);
            }
        } finally {
            BounceBuffers.giveBack(bounce);
        }
    }

    /** Whether the memory goes to the host as it is, piece by piece. */
    private boolean isPlain(long offset, IoVector memory) {
        List<MemorySegment> pieces = memory.pieces();
        if (pieces.size() > 1 && memory.size() / pieces.size() < LARGE_PIECE) {
            return false;
        }
        return channels.direct() == null
                || !isDirect(offset, memory.size())
                || pieces.stream().allMatch(piece -> isDirect(piece.address(), piece.byteSize()));
    }

    private static boolean isDirect(long place, long size) {
        return ((place | size) & (DIRECT_UNIT - 1)) == 0;
    }

    private void moveEach(long offset, List<MemorySegment> pieces, Move move) throws IOException {
        long at = offset;
        for (MemorySegment piece : pieces) {
            moveAll(at, piece, move);
            at += piece.byteSize();
        }
    }

    private void moveAll(long offset, MemorySegment memory, Move move) throws IOException {
        // Buffers are no longer than 2^31-1 bytes.
        for (long done = 0; done < memory.byteSize(); done += ZERO_CHUNK << 8) {
            moveBuffer(offset + done, memory.asSlice(done, Math.min(ZERO_CHUNK << 8, memory.byteSize() - done)), move);
        }
    }

    private void moveBuffer(long offset, MemorySegment memory, Move move) throws IOException {
        Channels ways = channels;
        ByteBuffer buffer = memory.asByteBuffer();
        long at = offset;
        while (buffer.hasRemaining()) {
            FileChannel channel = ways.fitting(at, buffer.remaining(), memory.address() + buffer.position());
            at += move.move(channel, buffer, at);
        }
    }

    private static IOException noSpace(IOException e) {
        boolean full = e instanceof Posix.Refusal refusal
                ? refusal.isFull()
                : NO_SPACE.contains(String.valueOf(e.getMessage()));
        return full ? new NoSpaceException(String.valueOf(e.getMessage())) : e;
    }

    private synchronized void grewTo(long end) {
        if (end > length) {
            length = end;
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        Ranges.checkWrite(this, offset, length);
        long inside = Math.clamp(this.length - offset, 0, length);
        if (inside > 0 && !(mayUnmap && punch(offset, inside)) && !zeroRange(offset, inside)) {
            writeZeros(offset, inside);
        }
        if (inside < length) {
            growTo(offset + length);
        }
    }

    /** What lies behind the end reads as zeros once it is within: nothing to write. */
    private synchronized void growTo(long end) throws IOException {
        if (end > length) {
            setLength(end);
        }
    }

    private void writeZeros(long offset, long length) throws IOException {
        for (long done = 0; done < length; done += ZERO_CHUNK) {
            write(offset + done, IoVector.of(Zeros.MEMORY.asSlice(0, Math.min(ZERO_CHUNK, length - done))));
        }
    }

    /** Made when first needed. */
    private static final class Zeros {
        static final MemorySegment MEMORY = Arena.global().allocate(ZERO_CHUNK, DIRECT_UNIT);
    }

    private boolean zeroRange(long offset, long length) throws IOException {
        if (zeroRanges) {
            zeroRanges = fallocate(Posix.FALLOC_ZERO_RANGE | Posix.FALLOC_KEEP_SIZE, offset, length);
        }
        return zeroRanges;
    }

    private boolean punch(long offset, long length) throws IOException {
        if (punches) {
            punches = fallocate(Posix.FALLOC_PUNCH_HOLE | Posix.FALLOC_KEEP_SIZE, offset, length);
        }
        return punches;
    }

    /** Returns false when the file system does not know how. */
    private boolean fallocate(int mode, long offset, long length) throws IOException {
        try {
            Posix.fallocate(writeFd(), mode, offset, length);
            return true;
        } catch (Posix.Refusal e) {
            if (e.isFull()) {
                throw new NoSpaceException(String.valueOf(e.getMessage()));
            }
            return false;
        }
    }

    private int writeFd() throws IOException {
        int known = writeFd;
        if (known >= 0) {
            return known;
        }
        synchronized (this) {
            if (writeFd < 0) {
                writeFd = Posix.open(pathOf(fd).toString(), Posix.O_RDWR);
            }
            return writeFd;
        }
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        if (readOnly) {
            return;
        }
        long inside = Math.clamp(this.length - offset, 0, length);
        if (inside > 0) {
            punch(offset, inside);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!options.cache().noFlush() && !readOnly) {
            channels.buffered().force(false);
        }
    }

    @Override
    public Extent extent(long offset, long length) throws IOException {
        Ranges.check(this, offset, length);
        if (!seesHoles || kind != FileKind.FILE) {
            return Extent.data(length, offset);
        }
        try {
            long data = Posix.lseek(fd, offset, Posix.SEEK_DATA);
            if (data > offset) {
                return Extent.zero(Math.min(data - offset, length));
            }
            long hole = Posix.lseek(fd, offset, Posix.SEEK_HOLE);
            return Extent.data(Math.clamp(hole - offset, 1, length), offset);
        } catch (Posix.Refusal e) {
            if (e.errno() == Posix.ENXIO) {
                return Extent.zero(length);
            }
            seesHoles = false;
            return Extent.data(length, offset);
        }
    }

    @Override
    public synchronized void resize(long size) throws IOException {
        if (kind != FileKind.FILE) {
            throw new UnsupportedImageException("%s: can't be resized".formatted(driver()));
        }
        Ranges.checkWrite(this, 0, 0);
        setLength(size);
    }

    private void setLength(long size) throws IOException {
        try {
            Posix.ftruncate(writeFd(), size);
        } catch (Posix.Refusal e) {
            throw noSpace(e);
        }
        length = size;
    }

    @Override
    public long allocatedBytes() throws IOException {
        return kind == FileKind.FILE ? Posix.status(fd).allocated() : length;
    }

    @Override
    public synchronized void reopen(boolean change) throws IOException {
        if (change == readOnly) {
            return;
        }
        flush();
        Channels former = channels;
        Channels others = Channels.open(fd, change, options.cache().direct());
        try {
            if (!options.share()) {
                lock.take(change);
            }
        } catch (IOException e) {
            others.close();
            throw e;
        }
        channels = others;
        readOnly = change;
        former.close();
        closeWriteFd();
    }

    private void closeWriteFd() throws IOException {
        if (writeFd >= 0) {
            Posix.close(writeFd);
            writeFd = -1;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            flush();
        } finally {
            channels.close();
            closeWriteFd();
            Posix.close(fd);
        }
    }
}
