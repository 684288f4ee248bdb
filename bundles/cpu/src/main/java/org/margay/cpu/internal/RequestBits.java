package org.margay.cpu.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bits that other threads set for a processor; it reads them opaquely between blocks, which costs no more than a plain read. What a
 * processor is, not a part that it has: translated loops look at the bits on every turn, and a reference in between would cost each
 * of them another load and a null check.
 */
abstract class RequestBits {
    private static final VarHandle BITS;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(RequestBits.class, "requestBits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"})
    private int requestBits;

    /** What is asked for now. */
    public final int requests() {
        return (int) BITS.getOpaque(this);
    }

    final void addRequests(int more) {
        BITS.getAndBitwiseOr(this, more);
    }

    final void removeRequests(int fewer) {
        BITS.getAndBitwiseAnd(this, ~fewer);
    }
}
