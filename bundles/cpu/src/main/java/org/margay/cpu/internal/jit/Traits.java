package org.margay.cpu.internal.jit;

import java.util.Set;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.interp.Operands;
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;
import org.margay.cpu.internal.table.Row;

/** What the translator wants to know of an instruction before it translates it. */
final class Traits {
    private static final Set<String> SET_ALL_FLAGS = Set.of(
            "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test", "neg", "imul", "mul", "xadd", "cmpxchg");
    private static final Set<String> BITS = Set.of("bt", "bts", "btr", "btc");
    private static final Set<String> SHIFTS = Set.of("shl", "sal", "shr", "sar");
    private static final Set<String> STACK = Set.of("push", "pop", "call", "ret", "leave");
    private static final Set<String> NO_ACCESS = Set.of("lea", "nop", "prefetch");

    private Traits() {}

    static Row row(Insn insn) {
        if (insn.row == null) {
            throw new IllegalStateException("not decoded");
        }
        return insn.row;
    }

    static String mnemonic(Insn insn) {
        return row(insn).mnemonic();
    }

    static Place place(Insn insn, int position) {
        return Operands.place(insn, position);
    }

    static int size(Insn insn, int position) {
        return Operands.size(insn, position);
    }

    /** Bytes of an address, and of what the stack moves by, in the code's mode. */
    static int pointerSize(Insn insn) {
        return insn.longMode ? 8 : 4;
    }

    static boolean isStack(Insn insn) {
        return STACK.contains(mnemonic(insn));
    }

    /** Whether it is one step for all processors: XCHG with memory is without the prefix, too. */
    static boolean isLocked(Insn insn) {
        return insn.lock || insn.isMemory() && mnemonic(insn).equals("xchg");
    }

    /** Whether its memory operand is a string of bits, of which a register says the one it is about: anywhere around the address. */
    static boolean isBitString(Insn insn) {
        return insn.isMemory() && BITS.contains(mnemonic(insn)) && place(insn, 1) == Place.G;
    }

    /** Whether translated code may be left in the middle of it. */
    static boolean mayLeave(Insn insn) {
        if (SseInstructions.knows(insn)) {
            return SseInstructions.mayLeave(insn);
        }
        String mnemonic = mnemonic(insn);
        return insn.isMemory() && !NO_ACCESS.contains(mnemonic)
                || isStack(insn)
                || mnemonic.equals("div")
                || mnemonic.equals("idiv");
    }

    /** Shifts and rotates are said to read flags, as a count of zero leaves them; that is no look at them. */
    static boolean readsFlags(Insn insn) {
        String mnemonic = mnemonic(insn);
        return !SHIFTS.contains(mnemonic)
                && !mnemonic.equals("rol")
                && !mnemonic.equals("ror")
                && (row(insn).flagsRead() & LazyFlags.ARITHMETIC) != 0;
    }

    /** Whether all six flags are other ones after it, whatever they were. */
    static boolean setsAllFlags(Insn insn) {
        String mnemonic = mnemonic(insn);
        if (SET_ALL_FLAGS.contains(mnemonic)) {
            return true;
        }
        return SHIFTS.contains(mnemonic) && place(insn, 1) != Place.CL && shiftCount(insn) != 0;
    }

    /** Of a shift or rotate by a constant. */
    static int shiftCount(Insn insn) {
        int mask = size(insn, 0) == 8 ? 63 : 31;
        return place(insn, 1) == Place.ONE ? 1 : (int) insn.immediate & mask;
    }

    /** Whether the memory operand, if there is one, needs no check of its segment. */
    static boolean isAddressable(Insn insn) {
        return !insn.isMemory()
                || insn.flat
                        && (insn.longMode
                                || insn.segment == CpuState.DS
                                || insn.segment == CpuState.ES
                                || insn.segment == CpuState.SS);
    }

    /** Whether the memory operand's address is its offset and a segment's base: of flat code FS and GS in 64-bit mode. */
    static boolean addsSegmentBase(Insn insn) {
        return insn.longMode && insn.segment >= CpuState.FS;
    }

    /** General registers that translated code reads or writes for it, one bit each. */
    static int usedRegisters(Insn insn) {
        return registers(insn, false);
    }

    static int writtenRegisters(Insn insn) {
        return registers(insn, true);
    }

    private static int registers(Insn insn, boolean writtenOnly) {
        int bits = 0;
        if (insn.isMemory() && !writtenOnly) {
            bits |= bit(insn.base) | bit(insn.index);
        }
        for (Operand operand : row(insn).operands()) {
            if (writtenOnly && !operand.written()) {
                continue;
            }
            int size = operand.size().bytes(insn.operandSize);
            bits |= switch (operand.place()) {
                case E, Z, R -> insn.isMemory() ? 0 : general(insn, insn.rm, size);
                case G -> general(insn, insn.reg, size);
                case ACC -> bit(Cpu.RAX) | (size == 2 && mnemonic(insn).endsWith("div") ? bit(Cpu.RAX) : 0);
                case DATA -> bit(Cpu.RDX);
                case CL -> bit(Cpu.RCX);
                default -> 0;
            };
        }
        if (isStack(insn)) {
            bits |= bit(Cpu.RSP);
        }
        return bits | unnamedRegisters(insn, writtenOnly);
    }

    /** Those that are no operands. */
    private static int unnamedRegisters(Insn insn, boolean writtenOnly) {
        return switch (mnemonic(insn)) {
            case "leave" -> bit(Cpu.RBP);
            case "cmpxchg16b" -> bit(Cpu.RAX) | bit(Cpu.RDX) | (writtenOnly ? 0 : bit(Cpu.RBX) | bit(Cpu.RCX));
            default -> 0;
        };
    }

    private static int general(Insn insn, int number, int size) {
        return bit(isHighByte(insn, number, size) ? number - 4 : number);
    }

    /** AH, CH, DH or BH. */
    static boolean isHighByte(Insn insn, int number, int size) {
        return size == 1 && !insn.hasRex && number >= 4 && number < 8;
    }

    private static int bit(int register) {
        return register == Insn.NO_REGISTER ? 0 : 1 << register;
    }
}
