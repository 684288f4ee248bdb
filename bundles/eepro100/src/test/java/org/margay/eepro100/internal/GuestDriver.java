package org.margay.eepro100.internal;

import org.margay.testkit.cards.CardBench;

/** A small driver of the card: command blocks and receive descriptors at fixed places. */
final class GuestDriver {
    static final int BLOCKS = 0x1_0000;
    static final int BLOCK = 0x800;
    static final int RECEIVE = 0x4_0000;
    static final int RECEIVE_SIZE = 32;
    static final int RECEIVE_SPACING = 0x800;
    static final int STATISTICS = 0x9_0000;
    static final int BUFFERS = 0xA_0000;

    static final int EL = 1 << 15;
    static final int S = 1 << 14;
    static final int I = 1 << 13;
    static final int SF = 1 << 3;
    static final int TRANSMIT = 4;

    /** Values that Linux configures. */
    private static final int[] CONFIGURATION = {
        0x16, 0x08, 0x00, 0x00, 0x00, 0x00, 0x32, 0x07, 0x01, 0x00, 0x2E, 0x00, 0x60, 0x00, 0xF2, 0x48, 0x00, 0x40,
        0xF2, 0x80, 0x3F, 0x05
    };

    /** A descriptor that the card filled. */
    record Received(byte[] bytes, int status, int count) {}

    final byte[] configuration = new byte[32];
    private final CardBench cards;
    private int nextBlock;
    private int nextReceive;

    GuestDriver(CardBench cards) {
        this.cards = cards;
        for (int i = 0; i < CONFIGURATION.length; i++) {
            configuration[i] = (byte) CONFIGURATION[i];
        }
    }

    private static long register(int offset) {
        return CardBench.MEMORY_BARS + offset;
    }

    int read(int offset, int size) {
        return (int) cards.bench().readMemory(register(offset), size);
    }

    void write(int offset, int size, int value) {
        cards.bench().writeMemory(register(offset), size, value & 0xFFFF_FFFFL);
    }

    void command(int command, int pointer) {
        write(4, 4, pointer);
        write(2, 1, command);
    }

    /** Status byte: CU and RU. */
    int status() {
        return read(0, 1);
    }

    /** Interrupt causes, which are acknowledged. */
    int takeCauses() {
        int causes = read(1, 1);
        write(1, 1, causes);
        return causes;
    }

    int phy(int register) {
        write(0x10, 4, 2 << 26 | Phy.ADDRESS << 21 | register << 16);
        return read(0x10, 4) & 0xFFFF;
    }

    void phy(int register, int value) {
        write(0x10, 4, 1 << 26 | Phy.ADDRESS << 21 | register << 16 | value);
    }

    /** Takes all frames. */
    void start() {
        configuration[15] |= 1;
        configure();
        startReceiving();
    }

    /** Gives the address of the next block, linked to the one behind it. */
    int block(int command) {
        int block = BLOCKS + nextBlock * BLOCK;
        nextBlock = (nextBlock + 1) % 32;
        cards.ram().set(block, 4, (long) command << 16);
        cards.ram().set(block + 4, 4, BLOCKS + (long) nextBlock * BLOCK);
        return block;
    }

    /** Configures the card with {@link #configuration}. */
    void configure() {
        int block = block(EL | 2);
        ram(block + 8, configuration);
        command(0x10, block);
    }

    void startReceiving() {
        startReceiving(1536);
    }

    void startReceiving(int size) {
        for (int i = 0; i < RECEIVE_SIZE; i++) {
            descriptor(i, i == RECEIVE_SIZE - 1 ? EL : 0, size);
        }
        nextReceive = 0;
        command(1, RECEIVE);
    }

    void descriptor(int index, int command, int size) {
        long at = RECEIVE + (long) index * RECEIVE_SPACING;
        cards.ram().set(at, 4, (long) command << 16);
        cards.ram().set(at + 4, 4, RECEIVE + (long) ((index + 1) % RECEIVE_SIZE) * RECEIVE_SPACING);
        cards.ram().set(at + 0xC, 4, (long) size << 16);
    }

    boolean received() {
        return cards.ram().getShort(RECEIVE + (long) nextReceive * RECEIVE_SPACING) != 0;
    }

    /** Takes the next descriptor, which must be filled; data begins at an offset. */
    Received take(int data) {
        long at = RECEIVE + (long) nextReceive * RECEIVE_SPACING;
        int status = cards.ram().getShort(at);
        int count = cards.ram().getShort(at + 0xC);
        if (status >>> 15 == 0 || count >>> 14 != 3) {
            throw new AssertionError("descriptor %d is not complete".formatted(nextReceive));
        }
        byte[] bytes = new byte[count & 0x3FFF];
        cards.ram().copyOut(at + data, bytes, 0, bytes.length);
        nextReceive = (nextReceive + 1) % RECEIVE_SIZE;
        return new Received(bytes, status, count & 0x3FFF);
    }

    Received take() {
        return take(0x10);
    }

    void ram(long address, byte[] bytes) {
        cards.ram().copyIn(address, bytes, 0, bytes.length);
    }

    int word(long address) {
        return cards.ram().getShort(address);
    }

    int dword(long address) {
        return cards.ram().getInt(address);
    }

    void dword(long address, long value) {
        cards.ram().set(address, 4, value);
    }

    /** A transmit block with its data in it. */
    int simple(int command, byte[] frame) {
        int block = block(command | TRANSMIT);
        dword(block + 8, 0xFFFF_FFFFL);
        dword(block + 0xC, frame.length | 1 << 15);
        ram(block + 0x10, frame);
        return block;
    }

    /** Sends a frame. */
    void send(byte[] frame) {
        command(0x10, simple(EL, frame));
    }
}
