package org.margay.memory.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Anonymous pages of the host, by mmap(2) with MAP_NORESERVE: an Arena would write zeros to every byte and so commit tens of
 * GiB that the guest may never touch. The segment has the global scope, so accesses need no liveness check.
 */
public final class HostMemory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final int SC_PAGESIZE = 30;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("munmap"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private static final MethodHandle MADVISE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("madvise"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle SYSCONF = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("sysconf"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    /** Bytes in a page of the host. */
    private static final long PAGE_SIZE = call(() -> (long) SYSCONF.invokeExact(SC_PAGESIZE));

    private final MemorySegment segment;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private HostMemory(MemorySegment segment) {
        this.segment = segment;
    }

    public static HostMemory reserve(long size) {
        long address =
                call(() -> (long) MMAP.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L));
        if (address == -1) {
            throw new OutOfMemoryError("The host refuses %d bytes of guest memory".formatted(size));
        }
        return new HostMemory(MemorySegment.ofAddress(address).reinterpret(size));
    }

    public MemorySegment segment() {
        return segment;
    }

    /**
     * Gives the whole pages in a range back to the host: they read as zero, and are committed again when they are touched. Parts of
     * pages at its ends stay as they are.
     */
    public void discard(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        long first = offset + PAGE_SIZE - 1 & -PAGE_SIZE;
        long size = (offset + length & -PAGE_SIZE) - first;
        if (size <= 0) {
            return;
        }
        long address = segment.address() + first;
        if (call(() -> (long) (int) MADVISE.invokeExact(address, size, MADV_DONTNEED)) != 0) {
            // The host keeps pages that are locked; what they read as is promised all the same.
            segment.asSlice(first, size).fill((byte) 0);
        }
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            call(() -> (long) (int) MUNMAP.invokeExact(segment.address(), segment.byteSize()));
        }
    }

    @FunctionalInterface
    private interface NativeCall {
        long run() throws Throwable;
    }

    private static long call(NativeCall call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("native calls throw nothing", e);
        }
    }
}
