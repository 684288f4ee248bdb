package org.margay.cpu.internal.decode;

import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Encoding;
import org.margay.cpu.internal.table.Encoding.OpcodeMap;
import org.margay.cpu.internal.table.Encoding.SizeRule;
import org.margay.cpu.internal.table.InstructionTable;
import org.margay.cpu.internal.table.Row;

/** Decodes instructions by the table (SDM vol. 2, chapter 2). Not thread-safe. */
public final class Decoder {
    private static final int MAX_LENGTH = 15;
    private static final int NONE = -1;

    private final InstructionTable table;

    // The instruction in progress.
    private CodeSource source = CodeSource.of(new byte[0], 0);
    private int position;
    private Insn insn = new Insn();
    private int rex;
    private int override;
    private boolean prefix67;
    private boolean ripRelative;

    public Decoder(InstructionTable table) {
        this.table = table;
    }

    /**
     * Decodes one instruction.
     *
     * @param rip offset in CS of its first byte
     * @throws GuestFault #UD when there is no such instruction, #GP(0) when it is longer than 15 bytes, or what the source throws
     */
    public Insn decode(CodeSource code, long rip, CodeMode mode) {
        source = code;
        position = 0;
        insn = new Insn();
        insn.rip = rip;
        insn.mode = mode;
        insn.longMode = mode.bits() == 64;
        rex = 0;
        override = NONE;
        prefix67 = false;
        ripRelative = false;
        int opcode = prefixes();
        OpcodeMap map = OpcodeMap.ONE_BYTE;
        if (opcode == 0x0F) {
            opcode = next();
            map = OpcodeMap.M0F;
            if (opcode == 0x38 || opcode == 0x3A) {
                map = opcode == 0x38 ? OpcodeMap.M0F38 : OpcodeMap.M0F3A;
                opcode = next();
            }
        }
        insn.opcode = opcode;
        insn.hasRex = rex != 0;
        insn.addressSize = addressSize();
        Row row = select(table.candidates(map, opcode));
        insn.row = row;
        operands(row.encoding());
        insn.length = position;
        if (ripRelative) {
            insn.displacement += insn.nextRip();
        }
        if (insn.lock && !(row.isLockable() && insn.isMemory())) {
            throw GuestFault.ud();
        }
        return insn;
    }

    private int next() {
        if (position >= MAX_LENGTH) {
            throw GuestFault.gp(0);
        }
        return source.fetch(position++);
    }

    /** Takes prefixes up to the first opcode byte, which it returns. A REX counts only right before the opcode. */
    private int prefixes() {
        while (true) {
            int value = next();
            switch (value) {
                case 0x26, 0x2E, 0x36, 0x3E -> {
                    if (!insn.longMode) {
                        override = value >> 3 & 3;
                    }
                }
                case 0x64, 0x65 -> override = value - 0x64 + CpuState.FS;
                case 0x66 -> insn.prefix66 = true;
                case 0x67 -> prefix67 = true;
                case 0xF0 -> insn.lock = true;
                case 0xF2 -> {
                    insn.repne = true;
                    insn.rep = false;
                }
                case 0xF3 -> {
                    insn.rep = true;
                    insn.repne = false;
                }
                default -> {
                    if (insn.longMode && (value & 0xF0) == 0x40) {
                        rex = value;
                        continue;
                    }
                    return value;
                }
            }
            rex = 0;
        }
    }

    private int addressSize() {
        return switch (insn.mode.bits()) {
            case 64 -> prefix67 ? 4 : 8;
            case 32 -> prefix67 ? 2 : 4;
            default -> prefix67 ? 4 : 2;
        };
    }

    private int operandSize(SizeRule rule) {
        if (insn.longMode) {
            boolean wide =
                    (rex & 8) != 0 || rule == SizeRule.FORCED_64 || rule == SizeRule.DEFAULT_64 && !insn.prefix66;
            return wide ? 8 : insn.prefix66 ? 2 : 4;
        }
        return insn.mode.bits() == 32 != insn.prefix66 ? 4 : 2;
    }

    /** The first row that fits; ModRM is read when one of the rows has it. */
    private Row select(Row[] candidates) {
        int modRm = NONE;
        for (Row row : candidates) {
            Encoding encoding = row.encoding();
            if (encoding.hasModRm() && modRm == NONE) {
                modRm = next();
            }
            if (fits(row, encoding, modRm)) {
                insn.operandSize = operandSize(encoding.sizeRule());
                if (encoding.hasModRm()) {
                    insn.mod = encoding.modIgnored() ? 3 : modRm >> 6;
                    insn.reg = modRm >> 3 & 7 | (rex & 4) << 1;
                    insn.rm = modRm & 7;
                } else if (modRm != NONE) {
                    throw new IllegalStateException("rows with and without ModRM share " + row);
                }
                return row;
            }
        }
        throw GuestFault.ud();
    }

    private boolean fits(Row row, Encoding encoding, int modRm) {
        if (insn.longMode ? !row.isValid64() : !row.isValidLegacy()) {
            return false;
        }
        boolean prefixFits = switch (encoding.prefix()) {
            case ANY -> true;
            case NONE -> !insn.prefix66 && !insn.rep && !insn.repne;
            case P66 -> insn.prefix66 && !insn.rep && !insn.repne;
            case F2 -> insn.repne;
            case F3 -> insn.rep;
        };
        if (!prefixFits
                || encoding.rexW() >= 0 && encoding.rexW() != (rex >> 3 & 1)
                || encoding.operandSize() != 0 && encoding.operandSize() != operandSize(encoding.sizeRule())
                || encoding.addressSize() != 0 && encoding.addressSize() != insn.addressSize) {
            return false;
        }
        if (!encoding.hasModRm()) {
            return true;
        }
        boolean register = modRm >> 6 == 3;
        return (encoding.digit() < 0 || encoding.digit() == (modRm >> 3 & 7))
                && !(encoding.memoryOnly() && register)
                && !(encoding.registerOnly() && !register)
                && (encoding.modRmFirst() < 0 || modRm >= encoding.modRmFirst() && modRm <= encoding.modRmLast());
    }

    private void operands(Encoding encoding) {
        if (encoding.hasModRm()) {
            if (insn.mod == 3) {
                insn.rm |= (rex & 1) << 3;
            } else if (insn.addressSize == 2) {
                memory16();
            } else {
                memory32();
            }
        } else if (encoding.opcodeRegister()) {
            insn.rm = insn.opcode & 7 | (rex & 1) << 3;
        }
        boolean first = true;
        for (Encoding.Immediate kind : encoding.immediates()) {
            immediate(kind, first);
            first = false;
        }
        if (override != NONE) {
            insn.segment = override;
        }
    }

    private void immediate(Encoding.Immediate kind, boolean first) {
        long value = switch (kind) {
            case IB, CB -> (byte) next();
            case IW -> (short) bytes(2);
            case ID -> (int) bytes(4);
            case IQ -> bytes(8);
            case IZ, CZ -> insn.operandSize == 2 ? (short) bytes(2) : (int) bytes(4);
            case IV ->
                switch (insn.operandSize) {
                    case 2 -> (short) bytes(2);
                    case 4 -> (int) bytes(4);
                    default -> bytes(8);
                };
            case AP -> bytes(insn.operandSize);
            case MO -> bytes(insn.addressSize);
        };
        if (kind == Encoding.Immediate.MO) {
            insn.mod = 0;
            insn.displacement = value;
        } else if (first) {
            insn.immediate = value;
        } else {
            insn.immediate2 = (int) value;
        }
        if (kind == Encoding.Immediate.AP) {
            insn.immediate2 = (int) bytes(2);
        }
    }

    /** Little-endian, zero-extended. */
    private long bytes(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    /** 16-bit addressing (SDM vol. 2, table 2-1). */
    private void memory16() {
        switch (insn.rm) {
            case 0 -> address(CpuState.RBX, CpuState.RSI);
            case 1 -> address(CpuState.RBX, CpuState.RDI);
            case 2 -> address(CpuState.RBP, CpuState.RSI);
            case 3 -> address(CpuState.RBP, CpuState.RDI);
            case 4 -> address(CpuState.RSI, Insn.NO_REGISTER);
            case 5 -> address(CpuState.RDI, Insn.NO_REGISTER);
            case 6 -> address(insn.mod == 0 ? Insn.NO_REGISTER : CpuState.RBP, Insn.NO_REGISTER);
            default -> address(CpuState.RBX, Insn.NO_REGISTER);
        }
        if (insn.mod == 1) {
            insn.displacement = (byte) next();
        } else if (insn.mod == 2 || insn.rm == 6 && insn.mod == 0) {
            insn.displacement = (short) bytes(2);
        }
        if (insn.base == CpuState.RBP) {
            insn.segment = CpuState.SS;
        }
    }

    private void address(int base, int index) {
        insn.base = base;
        insn.index = index;
    }

    /** 32- and 64-bit addressing (SDM vol. 2, tables 2-2 and 2-3, 2.2.1.6 for RIP-relative). */
    private void memory32() {
        int base = insn.rm;
        boolean displaced = false;
        if (base == 4) {
            int sib = next();
            int index = sib >> 3 & 7 | (rex & 2) << 2;
            base = sib & 7;
            insn.scale = sib >> 6;
            insn.index = index == 4 ? Insn.NO_REGISTER : index;
            displaced = base == 5 && insn.mod == 0;
        } else if (base == 5 && insn.mod == 0) {
            displaced = true;
            ripRelative = insn.longMode;
        }
        if (displaced) {
            insn.displacement = (int) bytes(4);
            return;
        }
        insn.base = base | (rex & 1) << 3;
        if (insn.base == CpuState.RSP || insn.base == CpuState.RBP) {
            insn.segment = CpuState.SS;
        }
        if (insn.mod == 1) {
            insn.displacement = (byte) next();
        } else if (insn.mod == 2) {
            insn.displacement = (int) bytes(4);
        }
    }
}
