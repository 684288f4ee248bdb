package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** Control instructions: initialisation, the control and status words, the stack pointer (SDM vol. 1, 8.3.10). */
final class X87Control {
    private X87Control() {}

    /** FNINIT; contents of the registers stay. */
    static void initialize(Cpu cpu, Insn insn) {
        reset(cpu);
    }

    static void reset(Cpu cpu) {
        cpu.fpControl = 0x037F;
        cpu.fpStatus = 0;
        cpu.fpTop = 0;
        cpu.fpEmpty = 0xFF;
        cpu.fpOpcode = 0;
        cpu.fpCodeSelector = 0;
        cpu.fpCodeOffset = 0;
        cpu.fpDataSelector = 0;
        cpu.fpDataOffset = 0;
    }

    /** FNCLEX. */
    static void clearExceptions(Cpu cpu, Insn insn) {
        cpu.fpStatus &= X87State.CONDITIONS;
    }

    /** FLDCW. */
    static void loadControlWord(Cpu cpu, Insn insn) {
        X87State.setControlWord(cpu, cpu.load16(insn));
        X87State.updateSummary(cpu);
    }

    /** FNSTCW. */
    static void storeControlWord(Cpu cpu, Insn insn) {
        cpu.store16(insn, cpu.fpControl);
    }

    /** FNSTSW m16. */
    static void storeStatusWord(Cpu cpu, Insn insn) {
        cpu.store16(insn, X87State.statusWord(cpu));
    }

    /** FNSTSW AX. */
    static void statusWordToAx(Cpu cpu, Insn insn) {
        cpu.setReg16(Cpu.RAX, X87State.statusWord(cpu));
    }

    /** FINCSTP. */
    static void incrementTop(Cpu cpu, Insn insn) {
        X87State.clearC1(cpu);
        cpu.fpTop = cpu.fpTop + 1 & 7;
    }

    /** FDECSTP. */
    static void decrementTop(Cpu cpu, Insn insn) {
        X87State.clearC1(cpu);
        cpu.fpTop = cpu.fpTop - 1 & 7;
    }

    /** FFREE. */
    static void free(Cpu cpu, Insn insn) {
        X87State.clearC1(cpu);
        cpu.fpEmpty |= 1 << X87State.physical(cpu, insn.rm & 7);
    }

    /** FFREEP: FFREE, and pop; not in the manual, but everywhere. */
    static void freeAndPop(Cpu cpu, Insn insn) {
        free(cpu, insn);
        X87State.pop(cpu);
    }

    /** FNOP, and the 8087's and 80287's FENI, FDISI and FSETPM, which do nothing since the 80387. */
    static void nothing(Cpu cpu, Insn insn) {}
}
