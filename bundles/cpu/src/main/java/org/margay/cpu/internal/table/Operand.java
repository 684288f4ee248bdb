package org.margay.cpu.internal.table;

import java.util.ArrayList;
import java.util.List;
import org.margay.cpu.internal.Insn;

/**
 * One operand of a row, written as in the opcode maps (SDM vol. 2, appendix A.2): a letter for where it is, a suffix for its
 * size, and how it is used: {@code Ev:rw}, {@code Gv:r}, {@code Wdq:r}, {@code Ib:r}. Without a use it is read.
 *
 * @param place where the operand is
 * @param size how large it is
 * @param read its old value matters
 * @param written it is changed
 */
public record Operand(Place place, Size size, boolean read, boolean written) {
    /** Where an operand is; the letter is the manual's. */
    public enum Place {
        /** General register or memory, by ModRM.rm. */
        E,
        /** General register, by ModRM.reg. */
        G,
        /** Immediate, {@link Insn#immediate}. */
        I,
        /** Branch offset, {@link Insn#immediate}. */
        J,
        /** Memory only, by ModRM. */
        M,
        /** General register only, by ModRM.rm. */
        R,
        /** Segment register, by ModRM.reg. */
        S,
        /** Control register, by ModRM.reg. */
        C,
        /** Debug register, by ModRM.reg. */
        D,
        /** XMM register, by ModRM.reg. */
        V,
        /** XMM register or memory, by ModRM.rm. */
        W,
        /** XMM register only, by ModRM.rm. */
        U,
        /** MMX register, by ModRM.reg. */
        P,
        /** MMX register or memory, by ModRM.rm. */
        Q,
        /** MMX register only, by ModRM.rm. */
        N,
        /** Memory at an offset in the instruction. */
        O,
        /** Far pointer in the instruction: offset in {@link Insn#immediate}, selector in {@link Insn#immediate2}. */
        A,
        /** Memory at DS:rSI. */
        X,
        /** Memory at ES:rDI. */
        Y,
        /** General register in the low three bits of the opcode, {@link Insn#rm}. */
        Z,
        /** x87 stack register in the low three bits of ModRM, {@link Insn#rm}. */
        STI,
        /** Top of the x87 stack. */
        ST0,
        /** rAX of the operand's size. */
        ACC,
        /** rDX of the operand's size. */
        DATA,
        /** CL. */
        CL,
        /** DX, as a port number. */
        DX,
        /** The constant 1. */
        ONE
    }

    /** Bytes of an operand. */
    public enum Size {
        B1(1),
        B2(2),
        B4(4),
        B8(8),
        B10(10),
        B16(16),
        /** The operand size: 2, 4 or 8. */
        V(0),
        /** 2 for operand size 2, else 4. */
        Z(0),
        /** 4, or 8 with operand size 8. */
        Y(0),
        /** Far pointer: selector behind an offset of the operand size. */
        P(0),
        /** Pseudo-descriptor: 2 bytes limit, 4 or 8 bytes base. */
        S(0),
        /** Two operands of the operand size. */
        A(0),
        /** Depends on the instruction (FXSAVE area, environment), or none. */
        OTHER(0);

        private final int bytes;

        Size(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes for an instruction's operand size; 0 for {@link #OTHER}. */
        public int bytes(int operandSize) {
            return switch (this) {
                case V -> operandSize;
                case Z -> Math.min(operandSize, 4);
                case Y -> Math.max(operandSize, 4);
                case P -> operandSize + 2;
                case A -> 2 * operandSize;
                case S -> operandSize == 8 ? 10 : 6;
                default -> bytes;
            };
        }
    }

    /** Reads a list of operands separated by blanks; the empty text is none. */
    static List<Operand> parseAll(String text) {
        List<Operand> operands = new ArrayList<>();
        for (String word : text.trim().split("\\s+")) {
            if (!word.isEmpty()) {
                operands.add(parse(word));
            }
        }
        return List.copyOf(operands);
    }

    private static Operand parse(String word) {
        String[] parts = word.split(":");
        String use = parts.length == 1 ? "r" : parts[1];
        boolean read = use.contains("r");
        boolean written = use.contains("w");
        if (!use.matches("r|w|rw")) {
            throw new IllegalArgumentException("use of operand " + word);
        }
        String name = parts[0];
        return switch (name) {
            case "AL" -> new Operand(Place.ACC, Size.B1, read, written);
            case "AX" -> new Operand(Place.ACC, Size.B2, read, written);
            case "EAX" -> new Operand(Place.ACC, Size.B4, read, written);
            case "RAX" -> new Operand(Place.ACC, Size.B8, read, written);
            case "rAX" -> new Operand(Place.ACC, Size.V, read, written);
            case "eAX" -> new Operand(Place.ACC, Size.Z, read, written);
            case "rDX" -> new Operand(Place.DATA, Size.V, read, written);
            case "CL" -> new Operand(Place.CL, Size.B1, read, written);
            case "DX" -> new Operand(Place.DX, Size.B2, read, written);
            case "1" -> new Operand(Place.ONE, Size.B1, read, written);
            case "ST0" -> new Operand(Place.ST0, Size.B10, read, written);
            case "STi" -> new Operand(Place.STI, Size.B10, read, written);
            default -> new Operand(Place.valueOf(name.substring(0, 1)), size(name.substring(1)), read, written);
        };
    }

    private static Size size(String suffix) {
        return switch (suffix) {
            case "b" -> Size.B1;
            case "w" -> Size.B2;
            case "d", "ss" -> Size.B4;
            case "q", "sd" -> Size.B8;
            case "t" -> Size.B10;
            case "dq", "ps", "pd", "x" -> Size.B16;
            case "v" -> Size.V;
            case "z" -> Size.Z;
            case "y" -> Size.Y;
            case "p" -> Size.P;
            case "s" -> Size.S;
            case "a" -> Size.A;
            case "" -> Size.OTHER;
            default -> throw new IllegalArgumentException("operand size " + suffix);
        };
    }
}
