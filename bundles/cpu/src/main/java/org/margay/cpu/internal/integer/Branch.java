package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Near jumps, calls and returns (SDM vol. 1, chapter 6 and 7.3.8). */
final class Branch {
    private Branch() {}

    static void jmp(Cpu cpu, Insn insn) {
        cpu.branch(insn, insn.nextRip() + insn.immediate);
    }

    static void jcc(Cpu cpu, Insn insn) {
        if (LazyFlags.condition(cpu, insn.opcode & 15)) {
            jmp(cpu, insn);
        }
    }

    static void jmpIndirect(Cpu cpu, Insn insn) {
        cpu.branch(insn, cpu.readRm(insn, insn.operandSize));
    }

    static void call(Cpu cpu, Insn insn) {
        call(cpu, insn, insn.nextRip() + insn.immediate);
    }

    static void callIndirect(Cpu cpu, Insn insn) {
        call(cpu, insn, cpu.readRm(insn, insn.operandSize));
    }

    private static void call(Cpu cpu, Insn insn, long to) {
        long target = cpu.branchTarget(to, insn.operandSize);
        cpu.push(insn.nextRip(), insn.operandSize);
        cpu.rip = target;
    }

    /** The immediate, when there is one, is popped as well. */
    static void ret(Cpu cpu, Insn insn) {
        long target = cpu.branchTarget(cpu.peek(0, insn.operandSize), insn.operandSize);
        cpu.setStackPointer(cpu.r[Cpu.RSP] + insn.operandSize + (insn.immediate & 0xFFFF));
        cpu.rip = target;
    }

    /** rCX of the address size, less one; written only when the transfer does not fault. */
    private static void loop(Cpu cpu, Insn insn, boolean condition) {
        long count = Sizes.zeroExtend(cpu.r[Cpu.RCX] - 1, insn.addressSize);
        if (count != 0 && condition) {
            jmp(cpu, insn);
        }
        cpu.setReg(insn, Cpu.RCX, insn.addressSize, count);
    }

    static void loop(Cpu cpu, Insn insn) {
        loop(cpu, insn, true);
    }

    static void loope(Cpu cpu, Insn insn) {
        loop(cpu, insn, LazyFlags.zf(cpu));
    }

    static void loopne(Cpu cpu, Insn insn) {
        loop(cpu, insn, !LazyFlags.zf(cpu));
    }

    static void jcxz(Cpu cpu, Insn insn) {
        if (Sizes.zeroExtend(cpu.r[Cpu.RCX], insn.addressSize) == 0) {
            jmp(cpu, insn);
        }
    }
}
