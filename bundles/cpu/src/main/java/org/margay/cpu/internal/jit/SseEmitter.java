package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.Insn;

/** Writes the code of SSE instructions. */
final class SseEmitter {
    SseEmitter(CodeWriter writer) {}

    static boolean knows(Insn insn) {
        return false;
    }

    static int usedVectors(Insn insn) {
        return 0;
    }

    static int writtenVectors(Insn insn) {
        return 0;
    }

    void emit(Insn insn) {}
}
