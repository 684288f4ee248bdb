package org.margay.eepro100.internal;

import org.margay.pci.PciDma;

/** Statistics (8255x manual, section 6.3.2.4): counters that wrap around, written to guest memory when asked for. */
final class Counters {
    static final int TRANSMITTED = 0;
    static final int RECEIVED = 9;
    static final int RECEIVE_RESOURCE_ERRORS = 12;

    /** Counters of the 82557, of the 82558, and of the 82559 with its two halves. */
    private static final int STANDARD = 16;

    private static final int EXTENDED = 19;
    private static final int MANAGEMENT = 20;

    private static final int DUMPED = 0xA005;
    private static final int DUMPED_AND_RESET = 0xA007;

    /** All counters, in the order of the dump. */
    record State(int[] counters) {
        State {
            if (counters.length != MANAGEMENT) {
                throw new IllegalArgumentException("%d statistical counters".formatted(counters.length));
            }
            counters = counters.clone();
        }
    }

    private int[] counters = new int[MANAGEMENT];

    void count(int counter) {
        counters[counter]++;
    }

    /** Writes the counters and, last, that they are there. */
    void dump(PciDma dma, long address, Configuration configuration, boolean reset) {
        int count = configuration.managementStatistics()
                ? MANAGEMENT
                : configuration.extendedStatistics() ? EXTENDED : STANDARD;
        for (int i = 0; i < count; i++) {
            dma.writeInt(address + 4L * i, counters[i]);
        }
        if (reset) {
            reset();
        }
        dma.writeInt(address + 4L * count, reset ? DUMPED_AND_RESET : DUMPED);
    }

    void reset() {
        counters = new int[MANAGEMENT];
    }

    State save() {
        return new State(counters);
    }

    void restore(State state) {
        counters = state.counters.clone();
    }
}
