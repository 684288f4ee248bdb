package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.COUNT;
import static org.margay.cpu.internal.jit.CodeWriter.THIS_CPU;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** What is written before a basic block of a processor whose instructions are counted (-icount): that there is time for all of it. */
final class InstructionBudget {
    private static final MethodTypeDesc AFFORD = MethodTypeDesc.of(CodeWriter.VOID, CodeWriter.CPU, CodeWriter.LONG);

    private InstructionBudget() {}

    /** Leaves the region if not; the exit to take is in SITE. */
    static void check(CodeBuilder cb, int instructions) {
        cb.aload(THIS_CPU).lload(COUNT).loadConstant((long) instructions).ladd();
        cb.invokestatic(CodeWriter.REGION, "afford", AFFORD);
    }
}
