package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Data transfer: moves, conversions, the stack (SDM vol. 1, 7.3.1). */
final class Move {
    private Move() {}

    static Handler rmReg(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            cpu.writeRm(insn, size, cpu.reg(insn, insn.reg, size));
        };
    }

    static Handler regRm(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            cpu.setReg(insn, insn.reg, size, cpu.readRm(insn, size));
        };
    }

    static Handler rmImm(int fixedSize) {
        return (cpu, insn) -> cpu.writeRm(insn, fixedSize == 0 ? insn.operandSize : fixedSize, insn.immediate);
    }

    /** With the memory offset in the instruction. */
    static Handler loadAccumulator(int fixedSize) {
        return (cpu, insn) -> {
            int size = fixedSize == 0 ? insn.operandSize : fixedSize;
            cpu.setReg(insn, Cpu.RAX, size, cpu.load(insn, size));
        };
    }

    static Handler storeAccumulator(int fixedSize) {
        return (cpu, insn) -> cpu.store(insn, fixedSize == 0 ? insn.operandSize : fixedSize, cpu.r[Cpu.RAX]);
    }

    static Handler zeroExtend(int sourceSize) {
        return (cpu, insn) -> cpu.setReg(insn, insn.reg, insn.operandSize, cpu.readRm(insn, sourceSize));
    }

    static Handler signExtend(int sourceSize) {
        return (cpu, insn) -> cpu.setReg(
                insn, insn.reg, insn.operandSize, Sizes.signExtend(cpu.readRm(insn, sourceSize), sourceSize));
    }

    static void lea(Cpu cpu, Insn insn) {
        cpu.setReg(insn, insn.reg, insn.operandSize, insn.effectiveAddress(cpu));
    }

    static void cmov(Cpu cpu, Insn insn) {
        // The source is read, and may fault, in any case; 32 bits clear the upper half in any case.
        long value = cpu.readRm(insn, insn.operandSize);
        boolean holds = LazyFlags.condition(cpu, insn.opcode & 15);
        cpu.setReg(insn, insn.reg, insn.operandSize, holds ? value : cpu.r[insn.reg]);
    }

    static void setcc(Cpu cpu, Insn insn) {
        cpu.writeRm(insn, 1, LazyFlags.condition(cpu, insn.opcode & 15) ? 1 : 0);
    }

    static void xlat(Cpu cpu, Insn insn) {
        long offset = cpu.r[Cpu.RBX] + (cpu.r[Cpu.RAX] & 0xFF);
        offset = Sizes.zeroExtend(offset, insn.addressSize);
        cpu.setReg8(insn, Cpu.RAX, cpu.mmu.load8(cpu.linear(insn.segment, offset, 1, false)));
    }

    static void pushRegister(Cpu cpu, Insn insn) {
        cpu.push(cpu.r[insn.rm], insn.operandSize);
    }

    static void popRegister(Cpu cpu, Insn insn) {
        cpu.setReg(insn, insn.rm, insn.operandSize, cpu.pop(insn.operandSize));
    }

    static void pushImmediate(Cpu cpu, Insn insn) {
        cpu.push(insn.immediate, insn.operandSize);
    }

    static void pushRm(Cpu cpu, Insn insn) {
        cpu.push(cpu.readRm(insn, insn.operandSize), insn.operandSize);
    }

    /** An address with RSP in it is computed after RSP was raised (SDM vol. 2, POP). */
    static void popRm(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long value = cpu.peek(0, size);
        long before = cpu.r[Cpu.RSP];
        cpu.setStackPointer(before + size);
        try {
            cpu.writeRm(insn, size, value);
        } catch (GuestFault fault) {
            cpu.r[Cpu.RSP] = before;
            throw fault;
        }
    }

    static void pusha(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long sp = cpu.r[Cpu.RSP];
        long[] at = new long[8];
        for (int i = 0; i < 8; i++) {
            at[i] = cpu.linear(Cpu.SS, sp - (i + 1L) * size & cpu.stackMask(), size, true);
            cpu.mmu.checkWrite(at[i], size);
        }
        for (int i = 0; i < 8; i++) {
            cpu.mmu.store(at[i], size, cpu.r[i]);
        }
        cpu.setStackPointer(sp - 8L * size);
    }

    static void popa(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long[] values = new long[8];
        for (int i = 0; i < 8; i++) {
            values[i] = cpu.peek((long) i * size, size);
        }
        cpu.setStackPointer(cpu.r[Cpu.RSP] + 8L * size);
        for (int i = 0; i < 8; i++) {
            if (7 - i != Cpu.RSP) {
                cpu.setReg(insn, 7 - i, size, values[i]);
            }
        }
    }

    static void enter(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        int level = insn.immediate2 & 31;
        long mask = cpu.stackMask();
        long sp = cpu.r[Cpu.RSP];
        long frame = sp - size;
        long room = insn.immediate & 0xFFFF;
        long bottom = frame - (level == 0 ? 0 : (long) level * size);
        // What can fault comes before what changes registers; the display may overlap what is pushed, so it is copied
        // in order.
        for (int i = 0; i <= level; i++) {
            cpu.mmu.checkWrite(cpu.linear(Cpu.SS, frame - (long) i * size & mask, size, true), size);
        }
        cpu.mmu.checkWrite(cpu.linear(Cpu.SS, bottom - room & mask, size, true), size);
        cpu.mmu.store(cpu.linear(Cpu.SS, frame & mask, size, true), size, cpu.r[Cpu.RBP]);
        for (int i = 1; i < level; i++) {
            long from = cpu.r[Cpu.RBP] - (long) i * size & mask;
            long value = cpu.mmu.load(cpu.linear(Cpu.SS, from, size, false), size);
            cpu.mmu.store(cpu.linear(Cpu.SS, frame - (long) i * size & mask, size, true), size, value);
        }
        if (level > 0) {
            cpu.mmu.store(cpu.linear(Cpu.SS, bottom & mask, size, true), size, frame);
        }
        cpu.setStackPointer(bottom - room);
        cpu.setReg(insn, Cpu.RBP, size, size == 2 ? frame : frame & mask);
    }

    static void leave(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long mask = cpu.stackMask();
        long at = cpu.r[Cpu.RBP] & mask;
        long value = cpu.mmu.load(cpu.linear(Cpu.SS, at, size, false), size);
        cpu.setStackPointer(cpu.r[Cpu.RBP] + size);
        cpu.setReg(insn, Cpu.RBP, size, value);
    }

    static void bound(Cpu cpu, Insn insn) {
        int size = insn.operandSize;
        long linear = insn.linearAddress(cpu, 2 * size, false);
        long index = Sizes.signExtend(cpu.r[insn.reg], size);
        long lower = Sizes.signExtend(cpu.mmu.load(linear, size), size);
        long upper = Sizes.signExtend(cpu.mmu.load(linear + size, size), size);
        if (index < lower || index > upper) {
            throw GuestFault.of(GuestFault.BR);
        }
    }
}
