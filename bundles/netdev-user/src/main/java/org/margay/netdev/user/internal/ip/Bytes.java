package org.margay.netdev.user.internal.ip;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network byte order in an array. */
public final class Bytes {
    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    private Bytes() {}

    public static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xFF;
    }

    public static int u16(byte[] bytes, int at) {
        return (short) U16.get(bytes, at) & 0xFFFF;
    }

    public static int i32(byte[] bytes, int at) {
        return (int) U32.get(bytes, at);
    }

    public static long i64(byte[] bytes, int at) {
        return (long) U64.get(bytes, at);
    }

    public static void put8(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
    }

    public static void put16(byte[] bytes, int at, int value) {
        U16.set(bytes, at, (short) value);
    }

    public static void put32(byte[] bytes, int at, int value) {
        U32.set(bytes, at, value);
    }

    public static void put64(byte[] bytes, int at, long value) {
        U64.set(bytes, at, value);
    }
}
