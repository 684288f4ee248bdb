package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;

/** A two-operand operation that sets flags; operands and result sign-extended from the operand size. */
@FunctionalInterface
interface BinaryOperation {
    long apply(Cpu cpu, long a, long b, int size);

    default Handler rmReg(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            long b = Sizes.signExtend(cpu.reg(insn, insn.reg, size), size);
            if (insn.mod == 3) {
                long a = Sizes.signExtend(cpu.reg(insn, insn.rm, size), size);
                cpu.setReg(insn, insn.rm, size, apply(cpu, a, b, size));
            } else {
                long linear = insn.linearAddress(cpu, size, true);
                cpu.mmu.checkWrite(linear, size);
                long a = Sizes.signExtend(cpu.mmu.load(linear, size), size);
                cpu.mmu.store(linear, size, apply(cpu, a, b, size));
            }
        };
    }
}
