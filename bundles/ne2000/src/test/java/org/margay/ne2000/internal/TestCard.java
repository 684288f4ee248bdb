package org.margay.ne2000.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.TestNic;

/** A card on a bench, and what a driver of it does. */
final class TestCard extends TestNic {
    static final int TRANSMIT_PAGE = 0x40;
    static final int RING = 0x46;
    static final int RING_END = 0x80;

    /** Interrupt status. */
    static final int RECEIVED = 1;

    static final int TRANSMITTED = 2;
    static final int REMOTE_COMPLETE = 0x40;

    /** Page from which the next frame is read. */
    private int nextPage;

    TestCard(DeviceBench bench, int base, String line) {
        super(bench, base, line);
    }

    /** One on the PCI bus. */
    static TestCard pci() {
        DeviceBench bench = newBench();
        createPci(bench);
        return new TestCard(bench, CardBench.IO_BARS, "INTA");
    }

    static Device<Ne2kPci.State> createPci(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(new Ne2kPciDriver(), Map.of("netdev", "n0", "mac", MAC));
    }

    int in(int port) {
        return in(port, 1);
    }

    void out(int port, int value) {
        out(port, 1, value);
    }

    /** Reads a register of a page. */
    int register(int page, int register) {
        out(0, page << 6 | 0x20 | in(0) & 3);
        int value = in(register);
        out(0, 0x20 | in(0) & 3);
        return value;
    }

    void register(int page, int register, int value) {
        out(0, page << 6 | 0x20 | in(0) & 3);
        out(register, value);
        out(0, 0x20 | in(0) & 3);
    }

    int takeInterrupts() {
        int status = in(7);
        out(7, status);
        return status;
    }

    /** As drivers do it: words, a ring behind the place of the frame that is sent, all multicast. */
    void start() {
        out(0, 0x21);
        out(0xE, 0x49);
        out(0xA, 0);
        out(0xB, 0);
        out(0xC, 0x20);
        out(0xD, 0x02);
        out(1, RING);
        out(2, RING_END);
        out(3, RING);
        out(4, TRANSMIT_PAGE);
        out(7, 0xFF);
        out(0xF, 0x3F);
        out(0, 0x61);
        for (int i = 0; i < 6; i++) {
            out(1 + i, ADDRESS.bytes()[i] & 0xFF);
        }
        for (int i = 0; i < 8; i++) {
            out(8 + i, 0xFF);
        }
        nextPage = RING + 1;
        out(7, nextPage);
        out(0, 0x22);
        out(0xD, 0);
        out(0xC, 0x0C);
    }

    private void remote(int command, int address, int count) {
        out(7, REMOTE_COMPLETE);
        out(8, address & 0xFF);
        out(9, address >> 8);
        out(0xA, count & 0xFF);
        out(0xB, count >> 8);
        out(0, command);
    }

    byte[] readMemory(int address, int count, int width) {
        remote(0x0A, address, count);
        ByteBuffer buffer = ByteBuffer.allocate(count + 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i += width) {
            int value = in(0x10, width);
            for (int j = 0; j < width; j++) {
                buffer.put((byte) (value >>> (8 * j)));
            }
        }
        return Arrays.copyOf(buffer.array(), count);
    }

    void writeMemory(int address, byte[] bytes, int width) {
        remote(0x12, address, bytes.length);
        for (int i = 0; i < bytes.length; i += width) {
            int value = 0;
            for (int j = 0; j < width && i + j < bytes.length; j++) {
                value |= (bytes[i + j] & 0xFF) << (8 * j);
            }
            out(0x10, width, value);
        }
    }

    void send(byte[] frame) {
        writeMemory(TRANSMIT_PAGE << 8, frame, 2);
        out(4, TRANSMIT_PAGE);
        out(5, frame.length & 0xFF);
        out(6, frame.length >> 8);
        out(0, 0x26);
    }

    /** Whether the ring holds a frame. */
    boolean hasFrame() {
        return register(1, 7) != nextPage;
    }

    /** Takes the oldest frame out of the ring, and gives its pages back. */
    byte[] readFrame() {
        byte[] header = readMemory(nextPage << 8, 4, 2);
        int length = (header[2] & 0xFF | (header[3] & 0xFF) << 8) - 4;
        byte[] frame = readMemory((nextPage << 8) + 4, length, 2);
        nextPage = header[1] & 0xFF;
        register(0, 3, nextPage == RING ? RING_END - 1 : nextPage - 1);
        out(7, RECEIVED);
        return frame;
    }

    byte[] header() {
        return readMemory(nextPage << 8, 4, 2);
    }
}
