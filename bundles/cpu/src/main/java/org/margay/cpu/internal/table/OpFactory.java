package org.margay.cpu.internal.table;

import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.interp.Op;

/** Makes the interpreter's object for one decoded instruction, specialised by what decoding found out. */
@FunctionalInterface
public interface OpFactory {
    /** An operation, or null when the row's handler shall run. */
    @Nullable
    Op create(Insn insn);
}
