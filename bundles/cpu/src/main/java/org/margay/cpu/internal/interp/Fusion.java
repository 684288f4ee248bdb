package org.margay.cpu.internal.interp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Insn;

/** Makes one operation out of a comparison and the conditional jump behind it. */
final class Fusion {
    private Fusion() {}

    /** An operation that does what the last one and a further instruction do, or null. */
    static @Nullable Op tryFuse(List<Op> ops, List<Insn> insns, Insn next, long nextRip) {
        return null;
    }
}
