package org.margay.cpu.internal.mmu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The host's own LOCK CMPXCHG16B, which Java has no method for, as a few bytes of machine code: on Linux on x86-64. Any thread. */
public final class HostCmpxchg16b {
    /**
     * Of the System V ABI, with the address in RDI and four longs at RSI: push rbx; rax, rdx, rbx, rcx from there; lock cmpxchg16b [rdi];
     * rax, rdx to there; sete al; movzx eax, al; pop rbx; ret.
     */
    private static final byte[] CODE = HexFormat.of()
            .parseHex("53 488B06 488B5608 488B5E10 488B4E18 F0480FC70F 488906 48895608 0F94C0 0FB6C0 5B C3"
                    .replace(" ", ""));

    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int PROT_READ_EXEC = 1 | 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

    private static final @Nullable MethodHandle FUNCTION = make();

    private HostCmpxchg16b() {}

    /** Whether the host has it and lets us use it. */
    public static boolean isAvailable() {
        return FUNCTION != null;
    }

    /**
     * Compares and exchanges.
     *
     * @param host address, a multiple of 16
     * @param values low and high half as expected, which become those that were there; low and high half of the new value
     * @return whether they were as expected
     */
    public static boolean compareAndExchange(long host, long[] values) {
        if (FUNCTION == null) {
            throw new UnsupportedOperationException();
        }
        try {
            return (int) FUNCTION.invokeExact(host, MemorySegment.ofArray(values)) != 0;
        } catch (Throwable e) {
            throw new AssertionError("machine code throws nothing", e);
        }
    }

    private static @Nullable MethodHandle make() {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle map = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        MethodHandle protect = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mprotect"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try {
            long page = (long) map.invokeExact(0L, (long) PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (page == -1) {
                return null;
            }
            MemorySegment code = MemorySegment.ofAddress(page).reinterpret(PAGE, Arena.global(), null);
            MemorySegment.copy(CODE, 0, code, ValueLayout.JAVA_BYTE, 0, CODE.length);
            if ((int) protect.invokeExact(page, (long) PAGE, PROT_READ_EXEC) != 0) {
                // Forbidden here, as by SELinux.
                return null;
            }
            return linker.downcallHandle(
                    code,
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.critical(true));
        } catch (Throwable e) {
            throw new AssertionError("native calls throw nothing", e);
        }
    }
}
