package org.margay.cpu.internal.mmu;

import java.lang.reflect.Field;
import java.nio.ByteOrder;
import sun.misc.Unsafe;

/**
 * Memory of the host by its address, little-endian, for those whom the TLB has vouched for the address.
 *
 * <p>By Unsafe, because a MemorySegment's accessor is a dozen methods deep: large regions came to the 18,000 nodes where C2 inlines
 * no more (NodeCountInliningCutoff), and many of their accesses and rotations were calls: sha256 took 1.7 times as long, gzip
 * 1.4 times. The JVM allows it with {@code --sun-misc-unsafe-memory-access=allow}, which the launcher sets.
 */
@SuppressWarnings("removal")
public final class HostAccess {
    private static final Unsafe UNSAFE = unsafe();

    private HostAccess() {}

    private static Unsafe unsafe() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("hosts that are big-endian are not supported");
        }
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Unsafe", e);
        }
    }

    static byte getByte(long address) {
        return UNSAFE.getByte(address);
    }

    static short getShort(long address) {
        return UNSAFE.getShort(address);
    }

    static int getInt(long address) {
        return UNSAFE.getInt(address);
    }

    static long getLong(long address) {
        return UNSAFE.getLong(address);
    }

    static void setByte(long address, byte value) {
        UNSAFE.putByte(address, value);
    }

    static void setShort(long address, short value) {
        UNSAFE.putShort(address, value);
    }

    static void setInt(long address, int value) {
        UNSAFE.putInt(address, value);
    }

    static void setLong(long address, long value) {
        UNSAFE.putLong(address, value);
    }

    /** Reads 1, 2, 4 or 8 bytes; zero-extended. */
    public static long get(long address, int size) {
        return switch (size) {
            case 1 -> getByte(address) & 0xFF;
            case 2 -> getShort(address) & 0xFFFF;
            case 4 -> getInt(address) & 0xFFFF_FFFFL;
            default -> getLong(address);
        };
    }

    /** Writes the low 1, 2, 4 or 8 bytes of a value. */
    public static void set(long address, int size, long value) {
        switch (size) {
            case 1 -> setByte(address, (byte) value);
            case 2 -> setShort(address, (short) value);
            case 4 -> setInt(address, (int) value);
            default -> setLong(address, value);
        }
    }

    /** Copies bytes that do not overlap. */
    public static void copy(long from, long to, int length) {
        UNSAFE.copyMemory(from, to, length);
    }

    /** Stores a value of 1, 2, 4 or 8 bytes over and over. */
    public static void fill(long address, int size, int count, long value) {
        if (isOneByte(value, size)) {
            UNSAFE.setMemory(address, (long) count * size, (byte) value);
            return;
        }
        for (int i = 0; i < count; i++) {
            set(address + (long) i * size, size, value);
        }
    }

    /** Whether all bytes of a value are the same. */
    private static boolean isOneByte(long value, int size) {
        long low = value & -1L >>> 64 - 8 * size;
        return low == (value & 0xFF) * (0x0101_0101_0101_0101L >>> 64 - 8 * size);
    }

    // --- for LOCKed instructions and the page walk; addresses are aligned to the size ---

    /** Reads with volatile semantics, zero-extended. */
    public static long getVolatile(long address, int size) {
        return switch (size) {
            case 8 -> UNSAFE.getLongVolatile(null, address);
            case 4 -> UNSAFE.getIntVolatile(null, address) & 0xFFFF_FFFFL;
            default -> UNSAFE.getIntVolatile(null, address & ~3L) >>> shift(address) & mask(size);
        };
    }

    /** Writes the low bytes of a value if the old ones are as expected. */
    public static boolean compareAndSet(long address, int size, long expected, long value) {
        if (size == 8) {
            return UNSAFE.compareAndSwapLong(null, address, expected, value);
        }
        if (size == 4) {
            return UNSAFE.compareAndSwapInt(null, address, (int) expected, (int) value);
        }
        long word = address & ~3L;
        int mask = (int) mask(size) << shift(address);
        int wanted = (int) expected << shift(address) & mask;
        while (true) {
            int seen = UNSAFE.getIntVolatile(null, word);
            if ((seen & mask) != wanted) {
                return false;
            }
            int changed = seen & ~mask | (int) value << shift(address) & mask;
            if (UNSAFE.compareAndSwapInt(null, word, seen, changed)) {
                return true;
            }
        }
    }

    private static int shift(long address) {
        return (int) (address & 3) * 8;
    }

    private static long mask(int size) {
        return size == 1 ? 0xFF : 0xFFFF;
    }
}
