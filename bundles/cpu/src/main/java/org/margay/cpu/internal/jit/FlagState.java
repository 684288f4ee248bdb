package org.margay.cpu.internal.jit;

/**
 * What is known, while translating, of the flags at some place: the code of {@link JitFlags} for the operation and for what
 * lies on top, or nothing.
 */
record FlagState(boolean known, int code, int top) {
    static final FlagState UNKNOWN = new FlagState(false, 0, 0);
    static final FlagState IN_CPU = new FlagState(true, JitFlags.IN_CPU, 0);

    int kind() {
        return code >> JitFlags.SIZE_BITS;
    }

    int size() {
        return 1 << (code & 3);
    }

    int topKind() {
        return top >> JitFlags.SIZE_BITS;
    }

    int topSize() {
        return 1 << (top & 3);
    }

    /** Nothing on top, and an operation whose numbers are in locals. */
    boolean isPlain() {
        return known && top == 0 && kind() != JitFlags.IN_CPU;
    }
}
