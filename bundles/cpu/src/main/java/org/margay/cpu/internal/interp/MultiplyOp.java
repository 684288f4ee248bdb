package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** IMUL with two or three operands, of 4 or 8 bytes. */
final class MultiplyOp extends Template {
    private static final boolean MEMORY = shape(MethodHandles.lookup(), 0) != 0;
    private static final boolean IMMEDIATE = shape(MethodHandles.lookup(), 1) != 0;
    private static final int SIZE = shape(MethodHandles.lookup(), 2);

    private final byte destination;
    private final byte source;
    private final int immediate;

    MultiplyOp() {
        destination = 0;
        source = 0;
        immediate = 0;
    }

    private MultiplyOp(Insn insn) {
        super(insn);
        destination = (byte) insn.reg;
        source = (byte) insn.rm;
        immediate = (int) insn.immediate;
    }

    @Override
    Op create(Insn insn) {
        return new MultiplyOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        long a = MEMORY ? load(cpu, address(cpu), SIZE) : register(cpu, source, SIZE);
        long b = IMMEDIATE ? immediate : register(cpu, destination, SIZE);
        long product = a * b;
        long result = extend(product, SIZE);
        boolean overflow = SIZE == 8 ? Math.multiplyHigh(a, b) != product >> 63 : product != result;
        setRegister(cpu, destination, SIZE, result);
        LazyFlags.partial(cpu, result, overflow ? LazyFlags.CF | LazyFlags.OF : 0);
    }
}
