package org.margay.cpu.internal.mmu;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Atomic operations on guest memory by host address, for LOCKed instructions. */
public final class HostAtomics {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private HostAtomics() {}

    /** Reads with volatile semantics, zero-extended; the address is aligned to the size. */
    public static long get(long host, int size) {
        return switch (size) {
            case 8 -> (long) LONG.getVolatile(Mmu.HOST, host);
            case 4 -> (int) INT.getVolatile(Mmu.HOST, host) & 0xFFFF_FFFFL;
            default -> (int) INT.getVolatile(Mmu.HOST, host & ~3L) >>> shift(host) & mask(size);
        };
    }

    /** Writes the low bytes of a value if the old ones are as expected; the address is aligned to the size. */
    public static boolean compareAndSet(long host, int size, long expected, long value) {
        if (size == 8) {
            return LONG.compareAndSet(Mmu.HOST, host, expected, value);
        }
        if (size == 4) {
            return INT.compareAndSet(Mmu.HOST, host, (int) expected, (int) value);
        }
        long word = host & ~3L;
        int mask = (int) mask(size) << shift(host);
        int wanted = (int) expected << shift(host) & mask;
        while (true) {
            int seen = (int) INT.getVolatile(Mmu.HOST, word);
            if ((seen & mask) != wanted) {
                return false;
            }
            if (INT.compareAndSet(Mmu.HOST, word, seen, seen & ~mask | (int) value << shift(host) & mask)) {
                return true;
            }
        }
    }

    private static int shift(long host) {
        return (int) (host & 3) * 8;
    }

    private static long mask(int size) {
        return size == 1 ? 0xFF : 0xFFFF;
    }
}
