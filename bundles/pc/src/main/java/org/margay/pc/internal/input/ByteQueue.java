package org.margay.pc.internal.input;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Bytes that wait in a PS/2 device, up to a limit. */
final class ByteQueue {
    private final int capacity;
    private final Deque<Integer> bytes = new ArrayDeque<>();

    ByteQueue(int capacity) {
        this.capacity = capacity;
    }

    boolean isEmpty() {
        return bytes.isEmpty();
    }

    int room() {
        return capacity - bytes.size();
    }

    /** Appends all, or nothing when there is no room. */
    boolean add(int... values) {
        if (values.length > room()) {
            return false;
        }
        for (int value : values) {
            bytes.add(value & 0xFF);
        }
        return true;
    }

    int take() {
        return bytes.remove();
    }

    void clear() {
        bytes.clear();
    }

    List<Integer> save() {
        return List.copyOf(bytes);
    }

    void restore(List<Integer> saved) {
        clear();
        if (!add(saved.stream().mapToInt(Integer::intValue).toArray())) {
            throw new IllegalArgumentException("%d bytes in a PS/2 queue of %d".formatted(saved.size(), capacity));
        }
    }

    /** Refuses what a queue never holds. */
    static List<Integer> checked(List<Integer> saved) {
        if (saved.stream().anyMatch(value -> (value & ~0xFF) != 0)) {
            throw new IllegalArgumentException("PS/2 queue of more than bytes");
        }
        return List.copyOf(saved);
    }
}
