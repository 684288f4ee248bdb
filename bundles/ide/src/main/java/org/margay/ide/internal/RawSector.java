package org.margay.ide.internal;

/**
 * Whole sectors of a CD in mode 1 (ECMA-130, clause 14): 12 bytes of synchronization, address and mode, 2048 of data, then a check sum
 * and two layers of Reed-Solomon code, all of which the data decide.
 */
final class RawSector {
    /** Synchronization is wanted. */
    static final int SYNC = 0x80;

    /** Address and mode are. */
    static final int HEADER = 0x20;

    /** User data are. */
    static final int DATA = 0x10;

    /** Check sum and code are. */
    static final int CODE = 0x08;

    /** All bits of a selection. */
    static final int ALL = SYNC | HEADER | DATA | CODE;

    private static final int SIZE = 2352;
    private static final int HEADER_AT = 12;
    private static final int DATA_AT = 16;
    private static final int SUM_AT = 2064;
    private static final int CODE_AT = 2076;
    private static final int P_VECTORS = 86;
    private static final int P_LENGTH = 24;
    private static final int Q_VECTORS = 52;
    private static final int Q_LENGTH = 43;

    /** Of the field that the code is over: x^8 + x^4 + x^3 + x^2 + 1. */
    private static final int FIELD = 0x11D;

    /** Check sum: (x^16 + x^15 + x^2 + 1)(x^16 + x^2 + x + 1), bits reversed. */
    private static final int POLYNOMIAL = 0xD8018001;

    private static final int[] DOUBLED = new int[256];
    private static final int[] PARTED = new int[256];
    private static final int[] SUMS = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int doubled = i << 1 ^ ((i & 0x80) != 0 ? FIELD : 0);
            DOUBLED[i] = doubled;
            PARTED[i ^ doubled] = i;
            int sum = i;
            for (int bit = 0; bit < 8; bit++) {
                sum = sum >>> 1 ^ ((sum & 1) != 0 ? POLYNOMIAL : 0);
            }
            SUMS[i] = sum;
        }
    }

    private RawSector() {}

    /** Bytes of what is selected. */
    static int size(int selection) {
        return ((selection & SYNC) != 0 ? 12 : 0)
                + ((selection & HEADER) != 0 ? 4 : 0)
                + ((selection & DATA) != 0 ? DiscPages.SECTOR : 0)
                + ((selection & CODE) != 0 ? SIZE - SUM_AT : 0);
    }

    /**
     * Makes of user data what is selected of the whole sector.
     *
     * @param address sector number
     * @param data where the user data are, 2048 bytes from an offset on
     * @return bytes written
     */
    static int make(long address, byte[] data, int from, int selection, byte[] target, int at) {
        byte[] sector = new byte[SIZE];
        for (int i = 1; i < 11; i++) {
            sector[i] = (byte) 0xFF;
        }
        int time = DiscPages.minutesSecondsFrames(address);
        for (int i = 0; i < 3; i++) {
            sector[HEADER_AT + i] = decimal(time >>> 16 - 8 * i & 0xFF);
        }
        sector[HEADER_AT + 3] = 1;
        System.arraycopy(data, from, sector, DATA_AT, DiscPages.SECTOR);
        if ((selection & CODE) != 0) {
            protect(sector);
        }
        int end = copy(sector, 0, HEADER_AT, (selection & SYNC) != 0, target, at);
        end = copy(sector, HEADER_AT, DATA_AT, (selection & HEADER) != 0, target, end);
        end = copy(sector, DATA_AT, SUM_AT, (selection & DATA) != 0, target, end);
        return copy(sector, SUM_AT, SIZE, (selection & CODE) != 0, target, end) - at;
    }

    private static byte decimal(int value) {
        return (byte) (value / 10 << 4 | value % 10);
    }

    private static int copy(byte[] sector, int from, int to, boolean wanted, byte[] target, int at) {
        if (!wanted) {
            return at;
        }
        System.arraycopy(sector, from, target, at, to - from);
        return at + to - from;
    }

    private static void protect(byte[] sector) {
        int sum = 0;
        for (int i = 0; i < SUM_AT; i++) {
            sum = sum >>> 8 ^ SUMS[(sum ^ sector[i]) & 0xFF];
        }
        for (int i = 0; i < 4; i++) {
            sector[SUM_AT + i] = (byte) (sum >>> 8 * i);
        }
        code(sector, P_VECTORS, P_LENGTH, 2, P_VECTORS, CODE_AT);
        code(sector, Q_VECTORS, Q_LENGTH, P_VECTORS, P_VECTORS + 2, CODE_AT + 2 * P_VECTORS);
    }

    /** Two check bytes for each vector of bytes that lie in columns (P) or along diagonals (Q). */
    private static void code(byte[] sector, int vectors, int length, int vectorStep, int step, int at) {
        int size = vectors * length;
        for (int vector = 0; vector < vectors; vector++) {
            int index = (vector >> 1) * vectorStep + (vector & 1);
            int a = 0;
            int b = 0;
            for (int i = 0; i < length; i++) {
                int value = sector[HEADER_AT + index] & 0xFF;
                index += step;
                if (index >= size) {
                    index -= size;
                }
                a = DOUBLED[a ^ value] & 0xFF;
                b ^= value;
            }
            a = PARTED[DOUBLED[a] & 0xFF ^ b];
            sector[at + vector] = (byte) a;
            sector[at + vector + vectors] = (byte) (a ^ b);
        }
    }
}
