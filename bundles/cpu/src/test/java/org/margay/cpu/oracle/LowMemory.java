package org.margay.cpu.oracle;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Two reserved ranges of this process below 2 GiB: one around the areas that snippets use, where nothing else may lie
 * within the reach of a stray access, and far from it one for our own code and data. Where exactly depends on what
 * the JVM has put there before us: it places its class space at random.
 */
final class LowMemory {
    static final int PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4;

    private static final int PROT_NONE = 0;
    private static final int MAP_PRIVATE = 2,
            MAP_ANONYMOUS = 0x20,
            MAP_NORESERVE = 0x4000,
            MAP_FIXED_NOREPLACE = 0x10_0000;
    private static final long SIZE = 0x80_0000, OWN_OFFSET = 0xA3C_0000, OWN_SIZE = 0x2_0000;
    private static final long FIRST = 0x1000_0000L, STEP = 0x1000_0000L, LAST = 0x7000_0000L;

    private static final MethodHandle MMAP = libc(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            libc("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT = libc(
            "mprotect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    /** Whether the ranges could be reserved. */
    static final boolean AVAILABLE;

    /** Start of the range for snippets: a multiple of 256 MiB. */
    static final long BASE;

    /** Start of our own range. */
    static final long OWN;

    static {
        long found = 0;
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        for (long base = FIRST; linux && found == 0 && base <= LAST; base += STEP) {
            if (reserve(base, SIZE)) {
                if (reserve(base + OWN_OFFSET, OWN_SIZE)) {
                    found = base;
                } else {
                    release(base, SIZE);
                }
            }
        }
        AVAILABLE = found != 0;
        BASE = found != 0 ? found : FIRST;
        OWN = BASE + OWN_OFFSET;
    }

    private LowMemory() {}

    static MethodHandle libc(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }

    /** Whether an address lies in the range around the areas that snippets use. */
    static boolean isOurs(long address) {
        return address >= BASE && address < BASE + SIZE;
    }

    private static boolean reserve(long address, long size) {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
        try {
            long mapped = (long) MMAP.invokeExact(address, size, PROT_NONE, flags, -1, 0L);
            if (mapped != address && mapped > 0) { // a kernel that takes the address for a hint
                release(mapped, size);
            }
            return mapped == address;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void release(long address, long size) {
        try {
            int result = (int) MUNMAP.invokeExact(address, size);
            assert result == 0;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * Makes a part of the ranges usable.
     *
     * @throws UnsupportedOperationException if the system does not allow it
     */
    static MemorySegment open(long address, int size, int protection) {
        try {
            if ((int) MPROTECT.invokeExact(address, (long) size, protection) != 0) {
                throw new UnsupportedOperationException("no executable memory here");
            }
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
