package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;

/** INC, DEC, NEG and NOT on registers and memory. */
final class UnaryOp extends Template {
    static final int INC = 0, DEC = 1, NEG = 2, NOT = 3;

    private static final int OPERATION = shape(MethodHandles.lookup(), 0);
    private static final boolean MEMORY = shape(MethodHandles.lookup(), 1) != 0;
    private static final int SIZE = shape(MethodHandles.lookup(), 2);

    private final byte destination;

    UnaryOp() {
        destination = 0;
    }

    private UnaryOp(Insn insn) {
        super(insn);
        destination = (byte) insn.rm;
    }

    @Override
    Op create(Insn insn) {
        return new UnaryOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        if (!MEMORY) {
            setRegister(cpu, destination, SIZE, compute(cpu, register(cpu, destination, SIZE)));
            return;
        }
        long linear = address(cpu);
        long host = cpu.mmu.hostForWrite(linear, SIZE);
        if (host != 0) {
            HostAccess.set(host, SIZE, compute(cpu, extend(HostAccess.get(host, SIZE), SIZE)));
        } else {
            cpu.mmu.checkWrite(linear, SIZE);
            store(cpu, linear, SIZE, compute(cpu, load(cpu, linear, SIZE)));
        }
    }

    private static long compute(Cpu cpu, long a) {
        switch (OPERATION) {
            case NOT -> {
                return ~a;
            }
            case NEG -> {
                long result = extend(-a, SIZE);
                LazyFlags.sub(cpu, 0, a, result);
                return result;
            }
            default -> {
                long carry = LazyFlags.cf(cpu) ? 1 : 0;
                long result = extend(OPERATION == INC ? a + 1 : a - 1, SIZE);
                cpu.flagOp = OPERATION == INC ? LazyFlags.INC : LazyFlags.DEC;
                cpu.flagA = a;
                cpu.flagB = carry;
                cpu.flagResult = result;
                return result;
            }
        }
    }
}
