package org.margay.block.internal.file;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * What the JDK can't ask Linux for: open, lseek for holes, fallocate, locks of open file descriptions, statx, ioctl. Constants are those of
 * the kernel's headers for x86-64 and AArch64. Each function is linked when it is first called: a process without images pays for none.
 */
final class Posix {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CLOEXEC = 0x80000;

    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    static final int FALLOC_KEEP_SIZE = 1;
    static final int FALLOC_PUNCH_HOLE = 2;
    static final int FALLOC_ZERO_RANGE = 0x10;

    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EDQUOT = 122;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private Posix() {}

    /** A call that the system refused. */
    static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        private final int errno;

        Refusal(int errno) {
            super(text(errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }

        boolean isFull() {
            return errno == ENOSPC || errno == EDQUOT;
        }
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type, options);
    }

    /** For functions with "..." in their declaration, where that begins behind two arguments. */
    private static MethodHandle linkVariadic(String name, FunctionDescriptor type) {
        return link(name, type, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(2));
    }

    private static MethodHandle linkPlain(String name, FunctionDescriptor type) {
        return link(name, type, Linker.Option.captureCallState("errno"));
    }

    /** A call with room for errno. */
    @FunctionalInterface
    private interface Call {
        long with(MemorySegment captured, Arena arena) throws Throwable;
    }

    private static long call(Call call) throws Refusal {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            long result = call.with(captured, arena);
            if (result < 0) {
                throw new Refusal((int) ERRNO.get(captured, 0L));
            }
            return result;
        } catch (Refusal | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Open {
        static final MethodHandle FUNCTION = linkVariadic("open", FunctionDescriptor.of(INT, POINTER, INT));
    }

    static int open(String path, int flags) throws Refusal {
        return (int) call((captured, arena) ->
                (int) Open.FUNCTION.invokeExact(captured, arena.allocateFrom(path), flags | O_CLOEXEC));
    }

    private static final class Close {
        static final MethodHandle FUNCTION = linkPlain("close", FunctionDescriptor.of(INT, INT));
    }

    static void close(int fd) throws Refusal {
        call((captured, _) -> (int) Close.FUNCTION.invokeExact(captured, fd));
    }

    private static final class Lseek {
        static final MethodHandle FUNCTION = linkPlain("lseek", FunctionDescriptor.of(LONG, INT, LONG, INT));
    }

    static long lseek(int fd, long offset, int whence) throws Refusal {
        return call((captured, _) -> (long) Lseek.FUNCTION.invokeExact(captured, fd, offset, whence));
    }

    /** IOV_MAX of Linux. */
    static final int MOST_PIECES = 1024;

    private static final class Preadv2 {
        /** RWF_NOWAIT: EAGAIN rather than a wait for the disk. */
        static final int NO_WAIT = 8;

        static final MethodHandle FUNCTION =
                linkPlain("preadv2", FunctionDescriptor.of(LONG, INT, POINTER, INT, LONG, INT));
    }

    /**
     * Reads what is in the page cache.
     *
     * @return bytes read, fewer than there is room for where the rest is not cached
     */
    static long readCached(int fd, List<MemorySegment> pieces, long offset) throws Refusal {
        return call((captured, arena) -> (long) Preadv2.FUNCTION.invokeExact(
                captured, fd, vector(pieces, arena), pieces.size(), offset, Preadv2.NO_WAIT));
    }

    /** An array of struct iovec: address, length. */
    private static MemorySegment vector(List<MemorySegment> pieces, Arena arena) {
        MemorySegment vector = arena.allocate(2L * Long.BYTES * pieces.size(), Long.BYTES);
        long at = 0;
        for (MemorySegment piece : pieces) {
            vector.set(LONG, at, piece.address());
            vector.set(LONG, at + Long.BYTES, piece.byteSize());
            at += 2 * Long.BYTES;
        }
        return vector;
    }

    private static final class Pwritev {
        static final MethodHandle FUNCTION = linkPlain("pwritev", FunctionDescriptor.of(LONG, INT, POINTER, INT, LONG));
    }

    /**
     * Writes up to {@link #MOST_PIECES} pieces one behind the other.
     *
     * @return bytes written, maybe not all
     */
    static long write(int fd, List<MemorySegment> pieces, long offset) throws Refusal {
        return call((captured, arena) ->
                (long) Pwritev.FUNCTION.invokeExact(captured, fd, vector(pieces, arena), pieces.size(), offset));
    }

    private static final class Fallocate {
        static final MethodHandle FUNCTION = linkPlain("fallocate", FunctionDescriptor.of(INT, INT, INT, LONG, LONG));
    }

    static void fallocate(int fd, int mode, long offset, long length) throws Refusal {
        call((captured, _) -> (int) Fallocate.FUNCTION.invokeExact(captured, fd, mode, offset, length));
    }

    private static final class Ftruncate {
        static final MethodHandle FUNCTION = linkPlain("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
    }

    static void ftruncate(int fd, long length) throws Refusal {
        call((captured, _) -> (int) Ftruncate.FUNCTION.invokeExact(captured, fd, length));
    }

    private static final class Ioctl {
        static final MethodHandle FUNCTION = linkVariadic("ioctl", FunctionDescriptor.of(INT, INT, LONG, POINTER));
    }

    /** An ioctl that fills 8 bytes. */
    static long ioctl(int fd, long request) throws Refusal {
        long[] value = new long[1];
        call((captured, arena) -> {
            MemorySegment room = arena.allocate(LONG);
            int result = (int) Ioctl.FUNCTION.invokeExact(captured, fd, request, room);
            value[0] = room.get(LONG, 0);
            return result;
        });
        return value[0];
    }

    private static final class Fcntl {
        static final int OFD_GETLK = 36;
        static final int OFD_SETLK = 37;
        static final short READ = 0;
        static final short WRITE = 1;
        static final short UNLOCK = 2;
        /** struct flock of x86-64: two shorts, start at 8, length at 16, pid at 24. */
        static final long SIZE = 32;

        static final MethodHandle FUNCTION = linkVariadic("fcntl", FunctionDescriptor.of(INT, INT, INT, POINTER));

        static MemorySegment range(Arena arena, short type, long start, long length) {
            MemorySegment range = arena.allocate(SIZE, 8);
            range.set(ValueLayout.JAVA_SHORT, 0, type);
            range.set(LONG, 8, start);
            range.set(LONG, 16, length);
            return range;
        }
    }

    /** Shares a byte of a file with others that do so: a read lock of this open file description. */
    static void lockShared(int fd, long at) throws Refusal {
        setLock(fd, Fcntl.READ, at);
    }

    static void unlock(int fd, long at) throws Refusal {
        setLock(fd, Fcntl.UNLOCK, at);
    }

    private static void setLock(int fd, short type, long at) throws Refusal {
        call((captured, arena) ->
                (int) Fcntl.FUNCTION.invokeExact(captured, fd, Fcntl.OFD_SETLK, Fcntl.range(arena, type, at, 1)));
    }

    /** Whether some other open file description has a lock on a byte. */
    static boolean isLockedElsewhere(int fd, long at) throws Refusal {
        short[] found = new short[1];
        call((captured, arena) -> {
            MemorySegment range = Fcntl.range(arena, Fcntl.WRITE, at, 1);
            int result = (int) Fcntl.FUNCTION.invokeExact(captured, fd, Fcntl.OFD_GETLK, range);
            found[0] = range.get(ValueLayout.JAVA_SHORT, 0);
            return result;
        });
        return found[0] != Fcntl.UNLOCK;
    }

    /**
     * What a file is.
     *
     * @param mode type and permissions
     * @param size bytes; of devices 0
     * @param allocated bytes
     */
    record Status(int mode, long size, long allocated) {
        private static final int TYPE = 0xF000;

        boolean isRegular() {
            return (mode & TYPE) == 0x8000;
        }

        boolean isBlockDevice() {
            return (mode & TYPE) == 0x6000;
        }

        boolean isDirectory() {
            return (mode & TYPE) == 0x4000;
        }
    }

    private static final class Statx {
        static final int EMPTY_PATH = 0x1000;
        static final int BASIC = 0x7ff;
        /** struct statx: mode at 28, size at 40, 512-byte blocks at 48. */
        static final long SIZE = 256;

        static final int BLOCK = 512;

        static final MethodHandle FUNCTION =
                linkPlain("statx", FunctionDescriptor.of(INT, INT, POINTER, INT, INT, POINTER));
    }

    static Status status(int fd) throws Refusal {
        Status[] status = new Status[1];
        call((captured, arena) -> {
            MemorySegment room = arena.allocate(Statx.SIZE, 8);
            int result = (int) Statx.FUNCTION.invokeExact(
                    captured, fd, arena.allocateFrom(""), Statx.EMPTY_PATH, Statx.BASIC, room);
            status[0] = new Status(
                    room.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF,
                    room.get(LONG, 40),
                    room.get(LONG, 48) * Statx.BLOCK);
            return result;
        });
        return status[0];
    }

    private static final class Strerror {
        static final MethodHandle FUNCTION = link("strerror", FunctionDescriptor.of(POINTER, INT));
    }

    /** The system's words for an error number. */
    private static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) Strerror.FUNCTION.invokeExact(errno);
            return text.reinterpret(1024).getString(0);
        } catch (Throwable _) {
            return "error " + errno;
        }
    }
}
