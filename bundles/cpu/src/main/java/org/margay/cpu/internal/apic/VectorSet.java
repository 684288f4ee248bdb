package org.margay.cpu.internal.apic;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** 256 vectors as bits, as IRR, ISR and TMR show them: eight registers of 32. */
final class VectorSet {
    static final int REGISTERS = 8;

    private final int[] bits = new int[REGISTERS];

    boolean contains(int vector) {
        return (bits[vector >>> 5] >>> vector & 1) != 0;
    }

    void add(int vector) {
        bits[vector >>> 5] |= 1 << vector;
    }

    void remove(int vector) {
        bits[vector >>> 5] &= ~(1 << vector);
    }

    void clear() {
        Arrays.fill(bits, 0);
    }

    /** The highest vector, or -1. */
    int highest() {
        for (int i = REGISTERS - 1; i >= 0; i--) {
            if (bits[i] != 0) {
                return 32 * i + 31 - Integer.numberOfLeadingZeros(bits[i]);
            }
        }
        return -1;
    }

    /** Bits of vectors 32n to 32n+31. */
    int register(int n) {
        return bits[n];
    }

    List<Integer> save() {
        return IntStream.of(bits).boxed().toList();
    }

    void restore(List<Integer> registers) {
        for (int i = 0; i < REGISTERS; i++) {
            bits[i] = registers.get(i);
        }
    }
}
