package org.margay.pcnet.internal;

import java.util.Map;
import org.margay.machine.Device;
import org.margay.memory.GuestRam;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.TestNic;

/** A card on a bench, and what a driver of it does. */
final class TestCard extends TestNic {
    static final int BLOCK = 0x8000;
    static final int RECEIVE_RING = 0x9000;
    static final int TRANSMIT_RING = 0xA000;
    static final int RECEIVE_BUFFERS = 0x1_0000;
    static final int TRANSMIT_BUFFERS = 0x2_0000;

    /** Descriptors in each ring, and their logarithm. */
    static final int RING = 4;

    static final int RING_LOGARITHM = 2;
    static final int BUFFER = 1536;

    final Device<Pcnet.State> device;
    private int style;

    TestCard() {
        super(newBench(), CardBench.IO_BARS, "INTA");
        device = CardBench.of(bench).plugMapped(new PcnetDriver(), Map.of("netdev", "n0", "mac", MAC));
    }

    TestCard(DeviceBench bench, Device<Pcnet.State> device) {
        super(bench, CardBench.IO_BARS, "INTA");
        this.device = device;
    }

    PciFunction pci() {
        return ((PciDevice<Pcnet.State>) device).pci();
    }

    GuestRam ram() {
        return CardBench.of(bench).ram();
    }

    /** Whichever of the two ways the ports are in. */
    private boolean wide() {
        return in(0x12, 2) == 0xFFFF;
    }

    private void select(int register) {
        if (wide()) {
            out(0x14, 4, register);
        } else {
            out(0x12, 2, register);
        }
    }

    int csr(int register) {
        select(register);
        return wide() ? in(0x10, 4) & 0xFFFF : in(0x10, 2);
    }

    void csr(int register, int value) {
        select(register);
        out(0x10, wide() ? 4 : 2, value);
    }

    int bcr(int register) {
        select(register);
        return wide() ? in(0x1C, 4) & 0xFFFF : in(0x16, 2);
    }

    void bcr(int register, int value) {
        select(register);
        out(wide() ? 0x1C : 0x16, wide() ? 4 : 2, value);
    }

    /** Events in the status register, which are cleared. */
    int takeEvents() {
        int status = csr(0);
        csr(0, status & 0x7F40);
        return status & 0x7F00;
    }

    void put(long address, int size, long value) {
        ram().set(address, size, value);
    }

    int get(long address, int size) {
        return (int) ram().get(address, size);
    }

    /** Stops the chip and starts it anew, with all multicast. */
    void start(int newStyle, int mode) {
        style = newStyle;
        csr(0, 4);
        bcr(20, style);
        for (int i = 0; i < RING; i++) {
            giveBuffer(i, BUFFER);
            giveBack(TRANSMIT_RING, i);
        }
        if (style == 0) {
            put(BLOCK, 2, mode);
            put(BLOCK + 2, ADDRESS.bytes());
            put(BLOCK + 8, 8, -1);
            put(BLOCK + 16, 4, RECEIVE_RING | (long) RING_LOGARITHM << 29);
            put(BLOCK + 20, 4, TRANSMIT_RING | (long) RING_LOGARITHM << 29);
        } else {
            put(BLOCK, 4, mode | RING_LOGARITHM << 20 | RING_LOGARITHM << 28);
            put(BLOCK + 4, ADDRESS.bytes());
            put(BLOCK + 12, 8, -1);
            put(BLOCK + 20, 4, RECEIVE_RING);
            put(BLOCK + 24, 4, TRANSMIT_RING);
        }
        csr(1, BLOCK & 0xFFFF);
        csr(2, BLOCK >> 16);
        csr(0, 0x01);
        csr(0, 0x0142);
    }

    private int at(int ring, int index) {
        return ring + (style == 0 ? 8 : 16) * index;
    }

    /** Upper 16 bits of the word with the owner. */
    int status(int ring, int index) {
        return get(at(ring, index) + (style == 0 ? 2 : 6), 2);
    }

    /** Of a received frame. */
    int messageLength(int index) {
        int place = style == 0 ? 6 : style == 3 ? 0 : 8;
        return get(at(RECEIVE_RING, index) + place, 2);
    }

    /** Error bits of a sent frame. */
    int errors(int index) {
        int place = style == 0 ? 6 : style == 3 ? 2 : 10;
        return get(at(TRANSMIT_RING, index) + place, 2);
    }

    void giveBack(int ring, int index) {
        put(at(ring, index) + (style == 0 ? 2 : 6), 2, 0);
    }

    void give(int ring, int index, int status, int buffer, int length) {
        int at = at(ring, index);
        int count = -length & 0xFFF | 0xF000;
        if (style == 0) {
            put(at, 2, buffer & 0xFFFF);
            put(at + 4, 2, count);
            put(at + 6, 2, 0);
            put(at + 2, 2, status | buffer >> 16 & 0xFF);
            return;
        }
        put(at + (style == 3 ? 8 : 0), 4, buffer);
        put(at + (style == 3 ? 0 : 8), 4, 0);
        put(at + 4, 4, (long) status << 16 | count);
    }

    void giveBuffer(int index, int length) {
        give(RECEIVE_RING, index, 0x8000, RECEIVE_BUFFERS + 0x1000 * index, length);
    }

    byte[] buffer(int index, int length) {
        return bytes(RECEIVE_BUFFERS + 0x1000 * index, length);
    }

    /** @param status beside the owner: 0x300 for a whole frame */
    void giveFrame(int index, int status, byte[] bytes) {
        put(TRANSMIT_BUFFERS + 0x1000 * index, bytes);
        give(TRANSMIT_RING, index, 0x8000 | status, TRANSMIT_BUFFERS + 0x1000 * index, bytes.length);
    }

    /** Tells the chip to look at the transmit ring. */
    void demand() {
        csr(0, 0x48);
    }
}
