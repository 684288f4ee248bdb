package org.margay.rtl8139.internal;

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
    /** Where its structures are in RAM. */
    static final int RECEIVE_BUFFER = 0x10000;

    static final int TRANSMIT_BUFFER = 0x30000;
    static final int RECEIVE_RING = 0x40000;
    static final int TRANSMIT_RING = 0x41000;
    static final int HIGH_RING = 0x42000;
    static final int RING_BUFFERS = 0x50000;

    static final int RING = 4;
    static final int RING_BUFFER = 2048;

    final Device<Rtl8139.State> device;

    TestCard() {
        super(newBench(), CardBench.IO_BARS, "INTA");
        device = CardBench.of(bench).plugMapped(new Rtl8139Driver(), Map.of("netdev", "n0", "mac", MAC));
    }

    TestCard(DeviceBench bench, Device<Rtl8139.State> device) {
        super(bench, CardBench.IO_BARS, "INTA");
        this.device = device;
    }

    PciFunction pci() {
        return ((PciDevice<Rtl8139.State>) device).pci();
    }

    GuestRam ram() {
        return CardBench.of(bench).ram();
    }

    /** What stands in the interrupt status register, which is cleared. */
    int takeInterrupts() {
        int status = in(0x3E, 2);
        out(0x3E, 2, status);
        return status;
    }

    int word(long address) {
        return (int) ram().get(address, 4);
    }

    void put(long address, int word) {
        ram().set(address, 4, word);
    }

    // C mode

    /** @param size 0 for 8 KiB to 3 for 64 KiB */
    void startC(int size) {
        out(0x37, 1, 0x10);
        out(0x30, 4, RECEIVE_BUFFER);
        out(0x37, 1, 0x0C);
        out(0x44, 4, 0x0000_E70F | size << 11);
        for (int i = 0; i < 4; i++) {
            out(0x20 + 4 * i, 4, TRANSMIT_BUFFER + 0x800 * i);
        }
        out(0x08, 4, -1);
        out(0x0C, 4, -1);
        out(0x3C, 2, 0xE07F);
    }

    /** Sends from a slot. */
    void sendC(int slot, byte[] frame) {
        put(TRANSMIT_BUFFER + 0x800 * slot, frame);
        out(0x10 + 4 * slot, 4, frame.length);
    }

    // C+ mode

    void startPlus(int features) {
        out(0x37, 1, 0x10);
        out(0xE0, 2, 3 | features);
        for (int i = 0; i < RING; i++) {
            giveBuffer(i, RING_BUFFER);
        }
        out(0xE4, 4, RECEIVE_RING);
        out(0xE8, 4, 0);
        out(0x20, 4, TRANSMIT_RING);
        out(0x24, 4, 0);
        out(0x28, 4, HIGH_RING);
        out(0x2C, 4, 0);
        out(0x08, 4, -1);
        out(0x0C, 4, -1);
        out(0x44, 4, 0x0000_E70F);
        out(0x37, 1, 0x0C);
        out(0x3C, 2, 0xE1FF);
    }

    void giveBuffer(int index, int size) {
        int at = RECEIVE_RING + 16 * index;
        put(at + 4, 0);
        put(at + 8, RING_BUFFERS + RING_BUFFER * index);
        put(at + 12, 0);
        put(at, 0x8000_0000 | (index == RING - 1 ? 0x4000_0000 : 0) | size);
    }

    /** @param options without owner, with length */
    void giveFrame(int ring, int index, int options, int tag, int buffer) {
        int at = ring + 16 * index;
        put(at + 4, tag);
        put(at + 8, buffer);
        put(at + 12, 0);
        put(at, 0x8000_0000 | options);
    }
}
