package org.margay.e1000.internal;

import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;

/** A card's registers, as a driver reaches them. */
record Registers(DeviceBench bench) {
    Registers(CardBench cards) {
        this(cards.bench());
    }

    int read(int offset) {
        return (int) bench.readMemory(CardBench.MEMORY_BARS + offset, 4);
    }

    void write(int offset, int value) {
        bench.writeMemory(CardBench.MEMORY_BARS + offset, 4, value & 0xFFFF_FFFFL);
    }

    int phy(int register) {
        write(MacControl.MDIC, 2 << 26 | Phy.ADDRESS << 21 | register << 16);
        return read(MacControl.MDIC) & 0xFFFF;
    }

    void phy(int register, int value) {
        write(MacControl.MDIC, 1 << 26 | Phy.ADDRESS << 21 | register << 16 | value);
    }
}
