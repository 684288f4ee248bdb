package org.margay.serial.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Received characters with their errors: 16 places, or one when the FIFO is off. */
final class ReceiveFifo {
    static final int SIZE = 16;
    /** A character and its line status bits (parity, framing, break), those shifted up by 8. */
    private final Deque<Integer> entries = new ArrayDeque<>(SIZE);

    private int capacity = 1;

    void setEnabled(boolean enabled) {
        capacity = enabled ? SIZE : 1;
    }

    int room() {
        return Math.max(0, capacity - entries.size());
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** @return whether there was room */
    boolean add(int character, int errors) {
        return room() > 0 && entries.add(character & 0xFF | errors << 8);
    }

    int take() {
        return entries.isEmpty() ? 0 : entries.remove() & 0xFF;
    }

    /** Errors of the character that is read next. */
    int errors() {
        return entries.isEmpty() ? 0 : entries.element() >> 8;
    }

    /** The errors of that character have been seen. */
    void clearErrors() {
        if (errors() != 0) {
            entries.addFirst(entries.remove() & 0xFF);
        }
    }

    boolean hasErrors() {
        return entries.stream().anyMatch(entry -> entry > 0xFF);
    }

    void clear() {
        entries.clear();
    }

    List<Integer> save() {
        return List.copyOf(entries);
    }

    void restore(List<Integer> saved) {
        entries.clear();
        entries.addAll(saved);
    }
}
