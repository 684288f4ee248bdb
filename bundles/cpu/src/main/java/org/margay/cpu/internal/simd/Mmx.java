package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.fp.X87State;

/** The MMX registers, which are the significands of the x87's physical registers (SDM vol. 1, 9.2; vol. 3, 13.2). */
final class Mmx {
    private static final int CR0_EM = 4, CR0_TS = 8;
    private static final short EXPONENT = -1;

    private Mmx() {}

    /** #UD, #NM, or #MF for an exception of the x87 that waits. */
    static void check(Cpu cpu) {
        if ((cpu.cr0 & CR0_EM) != 0) {
            throw GuestFault.ud();
        }
        if ((cpu.cr0 & CR0_TS) != 0) {
            throw GuestFault.of(GuestFault.NM);
        }
        X87State.checkPending(cpu);
    }

    /** The registers are MMX's from now on: TOP is 0, none is empty. Comes after whatever may fault. */
    static void enter(Cpu cpu) {
        cpu.fpTop = 0;
        cpu.fpEmpty = 0;
    }

    static long get(Cpu cpu, int register) {
        return cpu.fpMantissa[register & 7];
    }

    static void set(Cpu cpu, int register, long value) {
        cpu.fpMantissa[register & 7] = value;
        cpu.fpExponent[register & 7] = EXPONENT;
    }

    static long source(Cpu cpu, Insn insn) {
        return insn.isMemory() ? cpu.load64(insn) : get(cpu, insn.rm);
    }

    /** mm = mm op mm/m64. */
    static Handler lanes(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            check(cpu);
            long b = source(cpu, insn);
            enter(cpu);
            set(cpu, insn.reg, operator.applyAsLong(get(cpu, insn.reg), b));
        };
    }

    /** The same where only the low half of a memory operand exists. */
    static Handler lowLanes(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            check(cpu);
            long b = insn.isMemory() ? cpu.load32(insn) & 0xFFFF_FFFFL : get(cpu, insn.rm);
            enter(cpu);
            set(cpu, insn.reg, operator.applyAsLong(get(cpu, insn.reg), b));
        };
    }

    /** Shift of the register in ModRM.rm by an immediate count. */
    static Handler shift(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            check(cpu);
            enter(cpu);
            set(cpu, insn.rm, operator.applyAsLong(get(cpu, insn.rm), insn.immediate & 0xFF));
        };
    }

    /** An operation on source and immediate, into the register in ModRM.reg. */
    static Handler withImmediate(LongBinaryOperator operator) {
        return (cpu, insn) -> {
            check(cpu);
            long b = source(cpu, insn);
            enter(cpu);
            set(cpu, insn.reg, operator.applyAsLong(b, insn.immediate & 0xFF));
        };
    }

    /** EMMS: the registers are the x87's again, all empty. */
    static void emms(Cpu cpu, Insn insn) {
        check(cpu);
        cpu.fpTop = 0;
        cpu.fpEmpty = 0xFF;
    }

    // --- moves ---

    /** MOVD and MOVQ from a general register or memory. */
    static void moveFromGeneral(Cpu cpu, Insn insn) {
        check(cpu);
        long value = cpu.readRm(insn, insn.operandSize == 8 ? 8 : 4);
        enter(cpu);
        set(cpu, insn.reg, value);
    }

    /** MOVD and MOVQ to a general register or memory. */
    static void moveToGeneral(Cpu cpu, Insn insn) {
        check(cpu);
        cpu.writeRm(insn, insn.operandSize == 8 ? 8 : 4, get(cpu, insn.reg));
        enter(cpu);
    }

    /** MOVQ mm, mm/m64. */
    static void load(Cpu cpu, Insn insn) {
        check(cpu);
        long value = source(cpu, insn);
        enter(cpu);
        set(cpu, insn.reg, value);
    }

    /** MOVQ mm/m64, mm, and MOVNTQ. */
    static void store(Cpu cpu, Insn insn) {
        check(cpu);
        long value = get(cpu, insn.reg);
        if (insn.isMemory()) {
            cpu.store64(insn, value);
            enter(cpu);
        } else {
            enter(cpu);
            set(cpu, insn.rm, value);
        }
    }

    /** MASKMOVQ: bytes whose mask has its top bit set go to DS:rDI. */
    static void maskMove(Cpu cpu, Insn insn) {
        check(cpu);
        enter(cpu);
        MaskedStore.store(cpu, insn, get(cpu, insn.reg), 0, get(cpu, insn.rm), 0, 8);
    }

    /** PMOVMSKB r32, mm. */
    static void byteMask(Cpu cpu, Insn insn) {
        check(cpu);
        enter(cpu);
        cpu.setReg32(insn.reg, Masks.ofBytes(get(cpu, insn.rm)));
    }

    /** PEXTRW r32, mm, imm8. */
    static void extractWord(Cpu cpu, Insn insn) {
        check(cpu);
        enter(cpu);
        cpu.setReg32(insn.reg, Lanes.word(get(cpu, insn.rm), (int) insn.immediate & 3));
    }

    /** PINSRW mm, r32/m16, imm8. */
    static void insertWord(Cpu cpu, Insn insn) {
        check(cpu);
        long word = insn.isMemory() ? cpu.load16(insn) : cpu.r[insn.rm] & 0xFFFF;
        enter(cpu);
        int shift = 16 * ((int) insn.immediate & 3);
        set(cpu, insn.reg, get(cpu, insn.reg) & ~(0xFFFFL << shift) | word << shift);
    }

    /** PSHUFB: a control byte with its top bit set clears its element. */
    static long shuffleBytes(long a, long control) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            int selector = (int) (control >>> shift) & 0xFF;
            if (selector < 0x80) {
                result |= (a >>> 8 * (selector & 7) & 0xFF) << shift;
            }
        }
        return result;
    }

    /** PALIGNR: destination above source, shifted right by whole bytes. */
    static void align(Cpu cpu, Insn insn) {
        check(cpu);
        long b = source(cpu, insn);
        enter(cpu);
        int count = (int) insn.immediate & 0xFF;
        long a = get(cpu, insn.reg);
        long result = count >= 16
                ? 0
                : count >= 8 ? a >>> 8 * (count - 8) : count == 0 ? b : b >>> 8 * count | a << 64 - 8 * count;
        set(cpu, insn.reg, result);
    }
}
