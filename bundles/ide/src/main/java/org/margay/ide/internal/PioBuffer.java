package org.margay.ide.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.margay.memory.IoVector;

/**
 * The memory of a device between its medium and the data register. It holds more than one block of those that the host moves at a
 * time, so that the medium is asked for many at once.
 */
final class PioBuffer {
    /** Bytes that fit in. */
    static final int CAPACITY = 128 << 10;

    private static final ValueLayout.OfShort WORD = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Not freed by hand: what a slow host still works on stays. */
    private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY);

    private int position;
    private int blockEnd;
    private int limit;

    /**
     * What is in it.
     *
     * @param content of all blocks, an even number of bytes
     * @param position next byte that the host moves
     * @param blockEnd where the block ends that is moved now
     */
    @SuppressWarnings("ArrayRecordComponent")
    record State(byte[] content, int position, int blockEnd) {
        State {
            content = content.clone();
            if (content.length > CAPACITY
                    || content.length % 2 != 0
                    || position < 0
                    || position > blockEnd
                    || blockEnd > content.length
                    || position % 2 != 0
                    || blockEnd % 2 != 0) {
                throw new IllegalArgumentException("ATA data buffer");
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof State state
                    && position == state.position
                    && blockEnd == state.blockEnd
                    && Arrays.equals(content, state.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }

    /** Nothing is in it. */
    void clear() {
        position = 0;
        blockEnd = 0;
        limit = 0;
    }

    /** Room for some bytes, none of which the host has moved. */
    void begin(int bytes) {
        position = 0;
        blockEnd = 0;
        limit = bytes + 1 & ~1;
    }

    /** Holds some bytes for the host. */
    void fill(byte[] content, int length) {
        begin(length);
        memory.asSlice(0, limit).fill((byte) 0);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
    }

    /** The first bytes as memory for the medium. */
    IoVector vector(int bytes) {
        return IoVector.of(memory.asSlice(0, bytes));
    }

    /** The first bytes, copied. */
    byte[] bytes(int length) {
        return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The memory of the first bytes. */
    MemorySegment segment(int bytes) {
        return memory.asSlice(0, bytes);
    }

    /** Lets the host move the next block, cut at the end. */
    int nextBlock(int bytes) {
        blockEnd = Math.min(limit, position + (bytes + 1 & ~1));
        return blockEnd - position;
    }

    boolean blockDone() {
        return position >= blockEnd;
    }

    boolean done() {
        return position >= limit;
    }

    int position() {
        return position;
    }

    int limit() {
        return limit;
    }

    int readWord() {
        int word = memory.get(WORD, position) & 0xFFFF;
        position += 2;
        return word;
    }

    void writeWord(int word) {
        memory.set(WORD, position, (short) word);
        position += 2;
    }

    State save() {
        return new State(bytes(limit), position, blockEnd);
    }

    void restore(State state) {
        fill(state.content, state.content.length);
        position = state.position;
        blockEnd = state.blockEnd;
    }
}
