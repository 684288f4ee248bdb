package org.margay.dmg.internal;

import java.util.Arrays;
import org.margay.block.ImageException;

/**
 * Unpacks bzip2: a run-length code, the Burrows-Wheeler transform, move-to-front, and several Huffman codes, undone in reverse order. The
 * JDK has no such thing.
 */
final class Bunzip2 {
    private static final long BLOCK_MAGIC = 0x314159265359L;
    private static final long END_MAGIC = 0x177245385090L;
    private static final int GROUP = 50;
    private static final int LONGEST_CODE = 20;
    private static final int RUN_A = 0;
    private static final int RUN_B = 1;
    private static final int[] CRC = crcTable();

    private final byte[] packed;
    private long bit;

    private final byte[] target;
    private int count;

    /** Checksum of the checksums of all blocks. */
    private int combined;

    private Bunzip2(byte[] packed, byte[] target) {
        this.packed = packed;
        this.target = target;
    }

    /**
     * Unpacks.
     *
     * @param target has room for all of it
     * @return how many bytes came
     * @throws ImageException when it is damaged, or more
     */
    static int unpack(byte[] packed, byte[] target) throws ImageException {
        Bunzip2 work = new Bunzip2(packed, target);
        work.stream();
        return work.count;
    }

    private static ImageException damaged() {
        return new ImageException("bzip2 data are damaged");
    }

    private long bits(int wanted) throws ImageException {
        if (bit + wanted > packed.length * 8L) {
            throw damaged();
        }
        long value = 0;
        for (int i = 0; i < wanted; i++, bit++) {
            value = (value << 1) | (packed[(int) (bit >> 3)] >> (7 - (bit & 7)) & 1);
        }
        return value;
    }

    private void stream() throws ImageException {
        if (bits(24) != 0x425a68) {
            throw damaged();
        }
        long level = bits(8) - '0';
        if (level < 1 || level > 9) {
            throw damaged();
        }
        // Four equal bytes take five: no block of what there is room for is longer.
        int[] block = new int[(int) Math.min(level * 100_000, target.length * 5L / 4 + 5)];
        for (long magic = bits(48); magic != END_MAGIC; magic = bits(48)) {
            if (magic != BLOCK_MAGIC) {
                throw damaged();
            }
            block(block);
        }
        if (bits(32) != Integer.toUnsignedLong(combined)) {
            throw damaged();
        }
    }

    private void block(int[] block) throws ImageException {
        int crc = (int) bits(32);
        boolean randomised = bits(1) != 0;
        int origin = (int) bits(24);
        if (randomised) {
            throw new ImageException("bzip2 data of an outdated form");
        }
        int length = symbols(block);
        if (origin >= length) {
            throw damaged();
        }
        int before = count;
        transform(block, length, origin);
        if (checksum(before, count) != crc) {
            throw new ImageException("bzip2 data have a wrong checksum");
        }
        combined = Integer.rotateLeft(combined, 1) ^ crc;
    }

    /** The bytes that occur, in order. */
    private byte[] alphabet() throws ImageException {
        long ranges = bits(16);
        byte[] all = new byte[256];
        int used = 0;
        for (int range = 0; range < 16; range++) {
            if ((ranges >> (15 - range) & 1) != 0) {
                long members = bits(16);
                for (int i = 0; i < 16; i++) {
                    if ((members >> (15 - i) & 1) != 0) {
                        all[used++] = (byte) (range * 16 + i);
                    }
                }
            }
        }
        if (used == 0) {
            throw damaged();
        }
        return Arrays.copyOf(all, used);
    }

    /** Which code each group of symbols is in. */
    private byte[] selectors(int codes) throws ImageException {
        byte[] selectors = new byte[(int) bits(15)];
        byte[] order = new byte[codes];
        for (byte i = 0; i < codes; i++) {
            order[i] = i;
        }
        for (int i = 0; i < selectors.length; i++) {
            int at = 0;
            while (bits(1) != 0) {
                if (++at >= codes) {
                    throw damaged();
                }
            }
            selectors[i] = toFront(order, at);
        }
        return selectors;
    }

    private static byte toFront(byte[] order, int at) {
        byte value = order[at];
        System.arraycopy(order, 0, order, 1, at);
        order[0] = value;
        return value;
    }

    private HuffmanCode code(int symbols) throws ImageException {
        int[] lengths = new int[symbols];
        int length = (int) bits(5);
        for (int i = 0; i < symbols; i++) {
            while (bits(1) != 0) {
                length += bits(1) == 0 ? 1 : -1;
            }
            if (length < 1 || length > LONGEST_CODE) {
                throw damaged();
            }
            lengths[i] = length;
        }
        return new HuffmanCode(lengths);
    }

    /** Symbols of a canonical code. */
    private static final class HuffmanCode {
        /** By length: the first code that is longer, in the order of codes. */
        final int[] limit = new int[LONGEST_CODE + 1];

        /** By length: what to take off a code to get an index. */
        final int[] base = new int[LONGEST_CODE + 1];

        /** Symbols by their codes. */
        final int[] order;

        HuffmanCode(int[] lengths) {
            order = new int[lengths.length];
            int code = 0;
            int index = 0;
            for (int length = 1; length <= LONGEST_CODE; length++) {
                base[length] = code - index;
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] == length) {
                        order[index++] = symbol;
                        code++;
                    }
                }
                limit[length] = code;
                code <<= 1;
            }
        }
    }

    private int symbol(HuffmanCode code) throws ImageException {
        int value = 0;
        for (int length = 1; length <= LONGEST_CODE; length++) {
            value = value << 1 | (int) bits(1);
            if (value < code.limit[length]) {
                int index = value - code.base[length];
                if (index < 0 || index >= code.order.length) {
                    throw damaged();
                }
                return code.order[index];
            }
        }
        throw damaged();
    }

    /** Reads the symbols of a block and undoes runs and move-to-front; gives their number. */
    private int symbols(int[] block) throws ImageException {
        byte[] alphabet = alphabet();
        int codes = (int) bits(3);
        if (codes < 2 || codes > 6) {
            throw damaged();
        }
        byte[] selectors = selectors(codes);
        int end = alphabet.length + 1;
        HuffmanCode[] all = new HuffmanCode[codes];
        for (int i = 0; i < codes; i++) {
            all[i] = code(end + 1);
        }
        int length = 0;
        long run = 0;
        long weight = 1;
        for (int i = 0; ; i++) {
            if (i / GROUP >= selectors.length) {
                throw damaged();
            }
            int symbol = symbol(all[selectors[i / GROUP]]);
            if (symbol == RUN_A || symbol == RUN_B) {
                run += weight << symbol;
                weight <<= 1;
                if (run > block.length) {
                    throw damaged();
                }
                continue;
            }
            if (run > block.length - length) {
                throw damaged();
            }
            Arrays.fill(block, length, length + (int) run, alphabet[0] & 0xff);
            length += (int) run;
            run = 0;
            weight = 1;
            if (symbol == end) {
                return length;
            }
            if (length == block.length) {
                throw damaged();
            }
            block[length++] = toFront(alphabet, symbol - 1) & 0xff;
        }
    }

    /** Undoes the transform and the outer run-length code. */
    private void transform(int[] block, int length, int origin) throws ImageException {
        int[] starts = new int[256];
        for (int i = 0; i < length; i++) {
            starts[block[i] & 0xff]++;
        }
        int sum = 0;
        for (int i = 0; i < 256; i++) {
            int here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        // Each place gets, above its byte, where the next byte is.
        for (int i = 0; i < length; i++) {
            block[starts[block[i] & 0xff]++] |= i << 8;
        }
        int at = block[origin] >>> 8;
        int repeated = 0;
        int last = -1;
        for (int i = 0; i < length; i++) {
            int value = block[at] & 0xff;
            at = block[at] >>> 8;
            int times = 1;
            if (repeated == 4) {
                times = value;
                value = last;
                repeated = 0;
            } else {
                repeated = value == last ? repeated + 1 : 1;
                last = value;
            }
            if (times > target.length - count) {
                throw new ImageException("bzip2 data unpack to more than %d bytes".formatted(target.length));
            }
            Arrays.fill(target, count, count + times, (byte) value);
            count += times;
            if (repeated == 0) {
                last = -1;
            }
        }
    }

    private int checksum(int from, int to) {
        int crc = -1;
        for (int i = from; i < to; i++) {
            crc = crc << 8 ^ CRC[crc >>> 24 ^ (target[i] & 0xff)];
        }
        return ~crc;
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 24;
            for (int k = 0; k < 8; k++) {
                crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
            }
            table[i] = crc;
        }
        return table;
    }
}
