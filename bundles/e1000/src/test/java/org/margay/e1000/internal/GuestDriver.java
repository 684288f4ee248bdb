package org.margay.e1000.internal;

import org.margay.testkit.cards.CardBench;

/** A small driver of the card: rings at fixed places, a receive buffer for each descriptor. */
final class GuestDriver {
    static final int RECEIVE_RING = 0x1_0000;
    static final int RECEIVE_SIZE = 64;
    static final int RECEIVE_BUFFERS = 0x2_0000;
    static final int BUFFER = 2048;
    static final int TRANSMIT_RING = 0x1_8000;
    static final int TRANSMIT_SIZE = 64;
    static final int TRANSMIT_BUFFERS = 0x8_0000;

    static final int RCTL_ALL = 1 << 1 | 1 << 3 | 1 << 4 | 1 << 15;
    static final int RCTL_STRIP = 1 << 26;
    static final int EOP = 1 << 24;
    static final int IFCS = 1 << 25;
    static final int RS = 1 << 27;

    /** A descriptor that the card filled. */
    record Received(byte[] bytes, int checksum, int status, int errors, int special) {}

    private final CardBench cards;
    private final Registers registers;
    private int next;
    private int tail;

    GuestDriver(CardBench cards) {
        this.cards = cards;
        registers = new Registers(cards);
    }

    Registers registers() {
        return registers;
    }

    /** Lets all frames in, with interrupts for what matters. */
    void start() {
        start(RCTL_ALL | RCTL_STRIP);
    }

    void start(int receiveControl) {
        registers.write(Receiver.RCTL, 0);
        registers.write(Transmitter.TCTL, 0);
        for (int i = 0; i < RECEIVE_SIZE; i++) {
            receiveDescriptor(i, RECEIVE_BUFFERS + (long) i * BUFFER);
        }
        ring(Receiver.RING, RECEIVE_RING, RECEIVE_SIZE);
        ring(Transmitter.RING, TRANSMIT_RING, TRANSMIT_SIZE);
        registers.write(Receiver.RDT, RECEIVE_SIZE - 1);
        registers.write(Receiver.RCTL, receiveControl);
        registers.write(Transmitter.TCTL, 1 << 1);
        registers.write(Interrupts.IMS, Interrupts.RXT0 | Interrupts.TXDW | Interrupts.LSC | Interrupts.RXO);
    }

    private void ring(int first, int address, int size) {
        registers.write(first, address);
        registers.write(first + 4, 0);
        registers.write(first + DescriptorRing.LENGTH, size * DescriptorRing.DESCRIPTOR);
        registers.write(first + DescriptorRing.HEAD, 0);
        registers.write(first + DescriptorRing.TAIL, 0);
    }

    void receiveDescriptor(int index, long buffer) {
        long at = RECEIVE_RING + (long) index * DescriptorRing.DESCRIPTOR;
        cards.ram().set(at, 8, buffer);
        cards.ram().set(at + 8, 8, 0);
    }

    /** Takes the next descriptor that the card filled, which must be there, and gives it back. */
    Received take() {
        long at = RECEIVE_RING + (long) next * DescriptorRing.DESCRIPTOR;
        long low = cards.ram().getLong(at);
        long report = cards.ram().getLong(at + 8);
        if ((report >>> 32 & 1) == 0) {
            throw new AssertionError("descriptor %d is not done".formatted(next));
        }
        byte[] bytes = new byte[(int) report & 0xFFFF];
        cards.ram().copyOut(low, bytes, 0, bytes.length);
        cards.ram().set(at + 8, 8, 0);
        next = (next + 1) % RECEIVE_SIZE;
        return new Received(
                bytes, (int) (report >>> 16) & 0xFFFF, (int) (report >>> 32) & 0xFF, (int) (report >>> 40) & 0xFF, (int)
                        (report >>> 48));
    }

    boolean received() {
        return (cards.ram().getByte(RECEIVE_RING + (long) next * DescriptorRing.DESCRIPTOR + 12) & 1) != 0;
    }

    void ram(long address, byte[] bytes) {
        cards.ram().copyIn(address, bytes, 0, bytes.length);
    }

    void transmitDescriptor(int index, long low, long high) {
        long at = TRANSMIT_RING + (long) index * DescriptorRing.DESCRIPTOR;
        cards.ram().set(at, 8, low);
        cards.ram().set(at + 8, 8, high);
    }

    /** Adds a descriptor; {@link #kick} has the card look. */
    int add(long low, long high) {
        int index = tail;
        transmitDescriptor(index, low, high);
        tail = (tail + 1) % TRANSMIT_SIZE;
        return index;
    }

    void kick() {
        registers.write(Transmitter.TDT, tail);
    }

    boolean sent(int index) {
        return (cards.ram().getByte(TRANSMIT_RING + (long) index * DescriptorRing.DESCRIPTOR + 12) & 1) != 0;
    }

    /** Sends a frame with one legacy descriptor. */
    void send(byte[] frame) {
        ram(TRANSMIT_BUFFERS, frame);
        add(TRANSMIT_BUFFERS, frame.length | (long) (EOP | IFCS | RS));
        kick();
    }
}
