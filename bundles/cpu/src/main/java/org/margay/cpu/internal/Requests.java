package org.margay.cpu.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Bits that other threads set for a processor; it reads them opaquely between blocks, which costs no more than a plain read. */
final class Requests {
    private static final VarHandle BITS;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(Requests.class, "bits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal")
    private int bits;

    int bits() {
        return (int) BITS.getOpaque(this);
    }

    void add(int more) {
        BITS.getAndBitwiseOr(this, more);
    }

    void remove(int fewer) {
        BITS.getAndBitwiseAnd(this, ~fewer);
    }
}
