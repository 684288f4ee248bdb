package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.mmu.HostAccess;

/** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP and TEST between registers, memory and immediates. */
final class BinaryOp extends Template {
    /** As numbered in the encoding (SDM vol. 2, table A-6, group 1); TEST by us. */
    static final int ADD = 0, OR = 1, ADC = 2, SBB = 3, AND = 4, SUB = 5, XOR = 6, CMP = 7, TEST = 8;

    /** Where destination and source are: register or memory first, then register, immediate or memory. */
    static final int REG_REG = 0, REG_IMM = 1, REG_MEM = 2, MEM_REG = 3, MEM_IMM = 4;

    private static final int OPERATION = shape(MethodHandles.lookup(), 0);
    private static final int FORM = shape(MethodHandles.lookup(), 1);
    private static final int SIZE = shape(MethodHandles.lookup(), 2);
    private static final boolean WRITES = OPERATION < CMP;

    private final byte destination;
    private final byte source;
    private final int immediate;

    BinaryOp() {
        destination = 0;
        source = 0;
        immediate = 0;
    }

    private BinaryOp(Insn insn) {
        super(insn);
        boolean regRm = FORM == REG_MEM || FORM == REG_REG && Operands.destinationIsReg(insn);
        destination = (byte) (regRm ? insn.reg : Operands.rm(insn));
        source = (byte) (regRm ? insn.rm : insn.reg);
        immediate = (int) insn.immediate;
    }

    @Override
    Op create(Insn insn) {
        return new BinaryOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (FORM) {
            case REG_REG -> registers(cpu, register(cpu, source, SIZE));
            case REG_IMM -> registers(cpu, immediate);
            case REG_MEM -> registers(cpu, load(cpu, address(cpu), SIZE));
            case MEM_REG -> memory(cpu, register(cpu, source, SIZE));
            default -> memory(cpu, immediate);
        }
    }

    private void registers(Cpu cpu, long b) {
        long result = compute(cpu, register(cpu, destination, SIZE), b);
        if (WRITES) {
            setRegister(cpu, destination, SIZE, result);
        }
    }

    private void memory(Cpu cpu, long b) {
        long linear = address(cpu);
        if (!WRITES) {
            compute(cpu, load(cpu, linear, SIZE), b);
            return;
        }
        long host = cpu.mmu.hostForWrite(linear, SIZE);
        if (host != 0) {
            HostAccess.set(host, SIZE, compute(cpu, extend(HostAccess.get(host, SIZE), SIZE), b));
        } else {
            cpu.mmu.checkWrite(linear, SIZE);
            store(cpu, linear, SIZE, compute(cpu, load(cpu, linear, SIZE), b));
        }
    }

    private static long compute(Cpu cpu, long a, long b) {
        switch (OPERATION) {
            case ADD -> {
                long result = extend(a + b, SIZE);
                LazyFlags.add(cpu, a, b, result);
                return result;
            }
            case ADC -> {
                long result = extend(a + b + (LazyFlags.cf(cpu) ? 1 : 0), SIZE);
                LazyFlags.add(cpu, a, b, result);
                return result;
            }
            case SUB, CMP -> {
                long result = extend(a - b, SIZE);
                LazyFlags.sub(cpu, a, b, result);
                return result;
            }
            case SBB -> {
                long result = extend(a - b - (LazyFlags.cf(cpu) ? 1 : 0), SIZE);
                LazyFlags.sub(cpu, a, b, result);
                return result;
            }
            default -> {
                long result = OPERATION == OR ? a | b : OPERATION == XOR ? a ^ b : a & b;
                LazyFlags.logic(cpu, result);
                return result;
            }
        }
    }
}
