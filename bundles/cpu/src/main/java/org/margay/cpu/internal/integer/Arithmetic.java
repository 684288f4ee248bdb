package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;

/** Addition and its relatives; operands and results are sign-extended from the operand size. */
final class Arithmetic {
    private Arithmetic() {}

    static long add(Cpu cpu, long a, long b, int size) {
        long result = Sizes.signExtend(a + b, size);
        LazyFlags.add(cpu, a, b, result);
        return result;
    }
}
