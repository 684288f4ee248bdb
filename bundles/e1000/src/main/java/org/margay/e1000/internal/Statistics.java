package org.margay.e1000.internal;

import org.margay.net.MacAddress;

/**
 * The counters of section 13.7 of the 8254x manual. They are cleared when read, those of 64 bits with their high half, and stay at
 * their greatest value.
 */
final class Statistics implements RegisterBlock {
    static final int FIRST = 0x4000;
    static final int LAST = 0x40FC;

    /** Packets missed for want of room in the chip. */
    static final int MPC = 0x4010;
    /** Packets that found no receive descriptor. */
    static final int RNBC = 0x40A0;
    /** Oversize packets. */
    static final int ROC = 0x40AC;

    private static final int PRC64 = 0x405C;
    private static final int GPRC = 0x4074;
    private static final int BPRC = 0x4078;
    private static final int MPRC = 0x407C;
    private static final int GPTC = 0x4080;
    private static final int GORC = 0x4088;
    private static final int GOTC = 0x4090;
    private static final int TOR = 0x40C0;
    private static final int TOT = 0x40C8;
    private static final int TPR = 0x40D0;
    private static final int TPT = 0x40D4;
    private static final int PTC64 = 0x40D8;
    private static final int MPTC = 0x40F0;
    private static final int BPTC = 0x40F4;
    private static final int TSCTC = 0x40F8;
    private static final int TSCTFC = 0x40FC;

    /** Greatest length of the counters by length, but the last. */
    private static final int[] LONGEST = {64, 127, 255, 511, 1023};

    /** All registers, in the order of their offsets. */
    record State(int[] counters) {
        State {
            if (counters.length != (LAST - FIRST) / 4 + 1) {
                throw new IllegalArgumentException("%d statistics counters".formatted(counters.length));
            }
            counters = counters.clone();
        }
    }

    private int[] counters = new int[(LAST - FIRST) / 4 + 1];

    private static int index(int register) {
        return (register - FIRST) / 4;
    }

    @Override
    public int read(int offset) {
        int value = counters[index(offset)];
        switch (offset) {
            case GORC, GOTC, TOR, TOT -> {}
            case GORC + 4, GOTC + 4, TOR + 4, TOT + 4 -> {
                counters[index(offset)] = 0;
                counters[index(offset - 4)] = 0;
            }
            default -> counters[index(offset)] = 0;
        }
        return value;
    }

    /** Read-only. */
    @Override
    public void write(int offset, int value) {}

    /** Counts one. */
    void count(int register) {
        count(register, 1);
    }

    private void count(int register, int more) {
        long sum = (counters[index(register)] & 0xFFFF_FFFFL) + more;
        counters[index(register)] = (int) Math.min(sum, 0xFFFF_FFFFL);
    }

    private void octets(int register, long more) {
        int low = index(register);
        long old = (long) counters[low + 1] << 32 | counters[low] & 0xFFFF_FFFFL;
        long sum = old + more;
        if (Long.compareUnsigned(sum, old) < 0) {
            sum = -1;
        }
        counters[low] = (int) sum;
        counters[low + 1] = (int) (sum >>> 32);
    }

    /** Which of six counters by length. */
    private static int bucket(int length) {
        int bucket = 0;
        while (bucket < LONGEST.length && length > LONGEST[bucket]) {
            bucket++;
        }
        return 4 * bucket;
    }

    /** A packet was on the wire, whomever it was for; with its check sequence. */
    void seen(int length) {
        count(TPR);
        octets(TOR, length);
    }

    /** A packet passed the filters; with its check sequence. */
    void received(int length, MacAddress destination) {
        count(GPRC);
        octets(GORC, length);
        count(PRC64 + bucket(length));
        if (destination.isGroup()) {
            count(destination.equals(MacAddress.BROADCAST) ? BPRC : MPRC);
        }
    }

    /** Packets of the same length, with their check sequences, went out. */
    void sent(int packets, int length, MacAddress destination) {
        count(GPTC, packets);
        count(TPT, packets);
        octets(GOTC, (long) packets * length);
        octets(TOT, (long) packets * length);
        count(PTC64 + bucket(length), packets);
        if (destination.isGroup()) {
            count(destination.equals(MacAddress.BROADCAST) ? BPTC : MPTC, packets);
        }
    }

    /** A packet was cut in pieces, or could not be. */
    void segmented(boolean done) {
        count(done ? TSCTC : TSCTFC);
    }

    void reset() {
        counters = new int[counters.length];
    }

    State save() {
        return new State(counters);
    }

    void restore(State state) {
        counters = state.counters.clone();
    }
}
