package org.margay.pc.internal.piix;

import org.margay.memory.IoHandler;

/**
 * The PIIX4's SMBus host controller (82371AB datasheet, 290562, section 7.3). Nothing sits on the bus yet, so every transfer
 * ends as one that no device acknowledges.
 */
final class SmbusHost implements IoHandler {
    private static final int STATUS = 0;
    private static final int CONTROL = 2;
    private static final int COMMAND = 3;
    private static final int ADDRESS = 4;
    private static final int DATA_0 = 5;
    private static final int DATA_1 = 6;
    private static final int BLOCK_DATA = 7;

    private static final int STATUS_DEVICE_ERROR = 1 << 2;
    private static final int STATUS_CLEARABLE = 0x1E;
    private static final int CONTROL_START = 1 << 6;
    private static final int CONTROL_STORED = 0x1F;
    private static final int BLOCK_SIZE = 32;

    /**
     * What the guest can see.
     *
     * @param status host status
     * @param control host control without the bits that only trigger
     * @param block 32 bytes of block data
     * @param blockIndex next byte of them
     */
    public record State(
            int status, int control, int command, int address, int data0, int data1, byte[] block, int blockIndex) {
        public State {
            if (block == null
                    || (status & ~STATUS_CLEARABLE) != 0
                    || (control & ~CONTROL_STORED) != 0
                    || (command | address | data0 | data1) >>> 8 != 0
                    || block.length != BLOCK_SIZE
                    || blockIndex < 0
                    || blockIndex >= BLOCK_SIZE) {
                throw new IllegalArgumentException("SMBus registers out of range");
            }
            block = block.clone();
        }
    }

    private int status;
    private int control;
    private int command;
    private int address;
    private int data0;
    private int data1;
    private final byte[] block = new byte[BLOCK_SIZE];
    private int blockIndex;

    @Override
    public long read(long offset, int size) {
        return switch ((int) offset) {
            case STATUS -> status;
            case CONTROL -> {
                blockIndex = 0;
                yield control;
            }
            case COMMAND -> command;
            case ADDRESS -> address;
            case DATA_0 -> data0;
            case DATA_1 -> data1;
            case BLOCK_DATA -> block[advance()] & 0xFF;
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        int octet = (int) value;
        switch ((int) offset) {
            case STATUS -> status &= ~octet;
            case CONTROL -> {
                control = octet & CONTROL_STORED;
                if ((octet & CONTROL_START) != 0) {
                    status |= STATUS_DEVICE_ERROR;
                }
            }
            case COMMAND -> command = octet;
            case ADDRESS -> address = octet;
            case DATA_0 -> data0 = octet;
            case DATA_1 -> data1 = octet;
            case BLOCK_DATA -> block[advance()] = (byte) octet;
            default -> {}
        }
    }

    private int advance() {
        int index = blockIndex;
        blockIndex = (blockIndex + 1) % BLOCK_SIZE;
        return index;
    }

    void reset() {
        restore(new State(0, 0, 0, 0, 0, 0, new byte[BLOCK_SIZE], 0));
    }

    State save() {
        return new State(status, control, command, address, data0, data1, block, blockIndex);
    }

    void restore(State state) {
        status = state.status();
        control = state.control();
        command = state.command();
        address = state.address();
        data0 = state.data0();
        data1 = state.data1();
        System.arraycopy(state.block(), 0, block, 0, BLOCK_SIZE);
        blockIndex = state.blockIndex();
    }
}
