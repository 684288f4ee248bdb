package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** FLDENV, FNSTENV, FRSTOR and FNSAVE in their four layouts (SDM vol. 1, 8.1.10, figures 8-9 to 8-12). */
final class X87Environment {
    /** Bytes of a register in the FNSAVE image. */
    private static final int REGISTER = 10;

    private X87Environment() {}

    private static boolean isShort(Insn insn) {
        return insn.operandSize == 2;
    }

    private static int environmentSize(Insn insn) {
        return isShort(insn) ? 14 : 28;
    }

    /** FNSTENV. */
    static void storeEnvironment(Cpu cpu, Insn insn) {
        writeEnvironment(cpu, insn, X87Memory.writable(cpu, insn, environmentSize(insn)));
        cpu.fpControl |= FloatFlags.ALL;
        X87State.updateSummary(cpu);
    }

    /** FNSAVE: environment and registers, ST(0) first; then initialises. */
    static void save(Cpu cpu, Insn insn) {
        int size = environmentSize(insn);
        long linear = X87Memory.writable(cpu, insn, size + 8 * REGISTER);
        writeEnvironment(cpu, insn, linear);
        for (int i = 0; i < 8; i++) {
            cpu.mmu.store64(linear + size + i * REGISTER, X87State.mantissa(cpu, i));
            cpu.mmu.store16(linear + size + i * REGISTER + 8, X87State.exponent(cpu, i));
        }
        X87Control.reset(cpu);
    }

    /** FLDENV. */
    static void loadEnvironment(Cpu cpu, Insn insn) {
        int size = environmentSize(insn);
        long linear = insn.linearAddress(cpu, size, false);
        cpu.mmu.checkRead(linear, size);
        readEnvironment(cpu, insn, linear);
    }

    /** FRSTOR. */
    static void restore(Cpu cpu, Insn insn) {
        int size = environmentSize(insn);
        long linear = insn.linearAddress(cpu, size + 8 * REGISTER, false);
        cpu.mmu.checkRead(linear, size + 8 * REGISTER);
        readEnvironment(cpu, insn, linear);
        for (int i = 0; i < 8; i++) {
            int physical = X87State.physical(cpu, i);
            cpu.fpMantissa[physical] = cpu.mmu.load64(linear + size + i * REGISTER);
            cpu.fpExponent[physical] = (short) cpu.mmu.load16(linear + size + i * REGISTER + 8);
        }
    }

    private static void writeEnvironment(Cpu cpu, Insn insn, long linear) {
        int tags = tagWord(cpu);
        if (isShort(insn)) {
            int[] words = new int[7];
            words[0] = cpu.fpControl;
            words[1] = X87State.statusWord(cpu);
            words[2] = tags;
            if (cpu.isProtectedMode()) {
                words[3] = (int) cpu.fpCodeOffset;
                words[4] = cpu.fpCodeSelector;
                words[5] = (int) cpu.fpDataOffset;
                words[6] = cpu.fpDataSelector;
            } else {
                long code = realAddress(cpu.fpCodeSelector, cpu.fpCodeOffset);
                long data = realAddress(cpu.fpDataSelector, cpu.fpDataOffset);
                words[3] = (int) code;
                words[4] = (int) (code >> 4 & 0xF000) | cpu.fpOpcode;
                words[5] = (int) data;
                words[6] = (int) (data >> 4 & 0xF000);
            }
            for (int i = 0; i < 7; i++) {
                cpu.mmu.store16(linear + 2 * i, words[i]);
            }
            return;
        }
        // Unused halves are written as ones.
        int[] words = new int[7];
        words[0] = 0xFFFF_0000 | cpu.fpControl;
        words[1] = 0xFFFF_0000 | X87State.statusWord(cpu);
        words[2] = 0xFFFF_0000 | tags;
        if (cpu.isProtectedMode()) {
            words[3] = (int) cpu.fpCodeOffset;
            words[4] = cpu.fpCodeSelector | cpu.fpOpcode << 16;
            words[5] = (int) cpu.fpDataOffset;
            words[6] = 0xFFFF_0000 | cpu.fpDataSelector;
        } else {
            long code = realAddress(cpu.fpCodeSelector, cpu.fpCodeOffset);
            long data = realAddress(cpu.fpDataSelector, cpu.fpDataOffset);
            words[3] = 0xFFFF_0000 | (int) code & 0xFFFF;
            words[4] = (int) (code >> 4 & 0xFFF_F000) | cpu.fpOpcode;
            words[5] = 0xFFFF_0000 | (int) data & 0xFFFF;
            words[6] = (int) (data >> 4 & 0xFFF_F000);
        }
        for (int i = 0; i < 7; i++) {
            cpu.mmu.store32(linear + 4 * i, words[i]);
        }
    }

    private static long realAddress(int selector, long offset) {
        return ((long) selector << 4) + offset & 0xFFFF_FFFFL;
    }

    private static void readEnvironment(Cpu cpu, Insn insn, long linear) {
        int[] words = new int[7];
        for (int i = 0; i < 7; i++) {
            words[i] = isShort(insn) ? cpu.mmu.load16(linear + 2 * i) : cpu.mmu.load32(linear + 4 * i);
        }
        X87State.setControlWord(cpu, words[0]);
        X87State.setStatusWord(cpu, words[1]);
        X87State.updateSummary(cpu);
        setTagWord(cpu, words[2]);
        if (cpu.isProtectedMode()) {
            cpu.fpCodeOffset = words[3] & 0xFFFF_FFFFL;
            cpu.fpCodeSelector = words[4] & 0xFFFF;
            cpu.fpDataOffset = words[5] & 0xFFFF_FFFFL;
            cpu.fpDataSelector = words[6] & 0xFFFF;
            if (!isShort(insn)) {
                cpu.fpOpcode = words[4] >> 16 & 0x7FF;
            }
        } else {
            // Linear addresses come back with selector 0.
            cpu.fpCodeOffset = words[3] & 0xFFFF | (words[4] & 0xFFF_F000L) << 4;
            cpu.fpCodeSelector = 0;
            cpu.fpDataOffset = words[5] & 0xFFFF | (words[6] & 0xFFF_F000L) << 4;
            cpu.fpDataSelector = 0;
            cpu.fpOpcode = words[4] & 0x7FF;
        }
    }

    /** Two bits per physical register: 0 valid, 1 zero, 2 special, 3 empty (SDM vol. 1, 8.1.7). */
    static int tagWord(Cpu cpu) {
        int tags = 0;
        for (int i = 0; i < 8; i++) {
            int exponent = cpu.fpExponent[i] & 0xFFFF;
            long mantissa = cpu.fpMantissa[i];
            int tag;
            if ((cpu.fpEmpty >> i & 1) != 0) {
                tag = 3;
            } else if (Float80.isZero(exponent, mantissa)) {
                tag = 1;
            } else {
                tag = Float80.isNormal(exponent, mantissa) ? 0 : 2;
            }
            tags |= tag << 2 * i;
        }
        return tags;
    }

    static void setTagWord(Cpu cpu, int tags) {
        cpu.fpEmpty = 0;
        for (int i = 0; i < 8; i++) {
            if ((tags >> 2 * i & 3) == 3) {
                cpu.fpEmpty |= 1 << i;
            }
        }
    }
}
