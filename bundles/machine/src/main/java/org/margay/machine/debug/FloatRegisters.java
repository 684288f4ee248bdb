package org.margay.machine.debug;

import java.util.List;

/**
 * The x87 and SSE registers (SDM vol. 1, 8.1 and 10.2).
 *
 * @param stack ST(0) to ST(7)
 * @param control x87 control word
 * @param status x87 status word, TOP included
 * @param tags x87 tag word: two bits a physical register
 * @param vectors XMM0 to XMM15
 * @param mxcsr SSE control and status
 */
public record FloatRegisters(
        List<Extended> stack,
        int control,
        int status,
        int tags,
        int codeSelector,
        long codeOffset,
        int dataSelector,
        long dataOffset,
        int opcode,
        List<Vector> vectors,
        int mxcsr) {
    /** An 80-bit number: sign and exponent in 16 bits. */
    public record Extended(long significand, int exponent) {}

    /** 128 bits. */
    public record Vector(long low, long high) {}

    public FloatRegisters {
        stack = List.copyOf(stack);
        vectors = List.copyOf(vectors);
        if (stack.size() != 8 || vectors.size() != 16) {
            throw new IllegalArgumentException(
                    "8 and 16 registers, not %d and %d".formatted(stack.size(), vectors.size()));
        }
    }
}
