package org.margay.rtl8139.internal;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Statistics that the chip keeps and writes to memory when asked to (RTL8139C+ data sheet, "Dump Tally Counter
 * Command").
 */
final class Tally {
    /** What is counted, in the order in which it is written. */
    enum Counter {
        TRANSMIT_OK(8),
        RECEIVE_OK(8),
        TRANSMIT_ERROR(8),
        RECEIVE_ERROR(4),
        MISSED(2),
        ALIGNMENT_ERROR(2),
        ONE_COLLISION(4),
        MORE_COLLISIONS(4),
        RECEIVE_OK_PHYSICAL(8),
        RECEIVE_OK_BROADCAST(8),
        RECEIVE_OK_MULTICAST(4),
        TRANSMIT_ABORTED(2),
        TRANSMIT_UNDERRUN(2);

        private final int bytes;

        Counter(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Bytes of a dump. */
    static final int SIZE = 64;

    private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);

    void count(Counter counter) {
        counts.merge(counter, 1L, Long::sum);
    }

    private long get(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    /** All counters, little-endian. */
    byte[] dump() {
        byte[] dump = new byte[SIZE];
        int at = 0;
        for (Counter counter : Counter.values()) {
            long count = get(counter);
            for (int i = 0; i < counter.bytes; i++) {
                dump[at++] = (byte) (count >>> (8 * i));
            }
        }
        return dump;
    }

    void reset() {
        counts.clear();
    }

    List<Long> save() {
        return Stream.of(Counter.values()).map(this::get).toList();
    }

    void restore(List<Long> saved) {
        if (saved.size() != Counter.values().length) {
            throw new IllegalArgumentException("RTL8139 tally of %d counters".formatted(saved.size()));
        }
        Iterator<Long> next = saved.iterator();
        for (Counter counter : Counter.values()) {
            counts.put(counter, next.next());
        }
    }
}
