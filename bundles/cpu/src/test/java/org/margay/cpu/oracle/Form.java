package org.margay.cpu.oracle;

/**
 * One cell of the opcode space: an opcode in one of the maps with its mandatory or operand-size prefixes, and for
 * groups the ModRM reg field. What follows the opcode is known from the SDM's opcode maps (vol. 2, appendix A),
 * independently of the interpreter's table.
 *
 * @param map {@link #ONE_BYTE}, {@link #TWO_BYTE}, {@link #MAP_38} or {@link #MAP_3A}
 * @param prefixes the 66, F3 and F2 bytes before the opcode, in order; may be empty
 * @param reg ModRM reg of a group's member, or -1 for any
 */
record Form(Mode mode, int map, int opcode, String prefixes, int reg) {
    static final int ONE_BYTE = 0, TWO_BYTE = 1, MAP_38 = 2, MAP_3A = 3;

    /** What comes after opcode and ModRM. */
    enum Immediate {
        NONE,
        BYTE,
        WORD,
        /** 2 or 4 bytes, by operand size. */
        OPERAND,
        /** 2, 4 or 8 bytes: MOV r, imm. */
        FULL,
        /** An address: MOV accumulator, moffs. */
        ADDRESS,
        REL_BYTE,
        REL_OPERAND,
        /** ENTER: a word and a byte. */
        WORD_BYTE
    }

    boolean has(int prefix) {
        return prefixes.contains("%02X".formatted(prefix));
    }

    boolean is(int wantedMap, int... opcodes) {
        if (map != wantedMap) {
            return false;
        }
        for (int candidate : opcodes) {
            if (candidate == opcode) {
                return true;
            }
        }
        return false;
    }

    boolean in(int wantedMap, int first, int last) {
        return map == wantedMap && opcode >= first && opcode <= last;
    }

    boolean hasModRm() {
        return switch (map) {
            case ONE_BYTE -> oneByteHasModRm();
            case TWO_BYTE ->
                !(in(TWO_BYTE, 0x04, 0x0C) && opcode != 0x0A
                        || in(TWO_BYTE, 0x0E, 0x0E)
                        || in(TWO_BYTE, 0x30, 0x37)
                        || opcode == 0x77
                        || in(TWO_BYTE, 0x80, 0x8F)
                        || in(TWO_BYTE, 0xA0, 0xA2)
                        || in(TWO_BYTE, 0xA8, 0xAA)
                        || in(TWO_BYTE, 0xC8, 0xCF));
            default -> true;
        };
    }

    private boolean oneByteHasModRm() {
        return opcode < 0x40 && (opcode & 7) < 4
                || opcode == 0x62
                || opcode == 0x63
                || opcode == 0x69
                || opcode == 0x6B
                || opcode >= 0x80 && opcode <= 0x8F
                || opcode == 0xC0
                || opcode == 0xC1
                || opcode >= 0xC4 && opcode <= 0xC7
                || opcode >= 0xD0 && opcode <= 0xD3
                || opcode >= 0xD8 && opcode <= 0xDF
                || opcode == 0xF6
                || opcode == 0xF7
                || opcode == 0xFE
                || opcode == 0xFF;
    }

    Immediate immediate() {
        return switch (map) {
            case ONE_BYTE -> oneByteImmediate();
            case TWO_BYTE ->
                switch (opcode) {
                    case 0x70, 0x71, 0x72, 0x73, 0xA4, 0xAC, 0xBA, 0xC2, 0xC4, 0xC5, 0xC6 -> Immediate.BYTE;
                    default -> opcode >= 0x80 && opcode <= 0x8F ? Immediate.REL_OPERAND : Immediate.NONE;
                };
            case MAP_3A -> Immediate.BYTE;
            default -> Immediate.NONE;
        };
    }

    private Immediate oneByteImmediate() {
        if (opcode < 0x40) {
            return switch (opcode & 7) {
                case 4 -> Immediate.BYTE;
                case 5 -> Immediate.OPERAND;
                default -> Immediate.NONE;
            };
        }
        return switch (opcode) {
            case 0x68, 0x69, 0x81, 0xA9, 0xC7 -> Immediate.OPERAND;
            case 0x6A, 0x6B, 0x80, 0x82, 0x83, 0xA8, 0xC0, 0xC1, 0xC6, 0xD4, 0xD5 -> Immediate.BYTE;
            case 0xE4, 0xE5, 0xE6, 0xE7 -> Immediate.BYTE;
            case 0xA0, 0xA1, 0xA2, 0xA3 -> Immediate.ADDRESS;
            case 0xC2 -> Immediate.WORD;
            case 0xC8 -> Immediate.WORD_BYTE;
            case 0xE0, 0xE1, 0xE2, 0xE3, 0xEB -> Immediate.REL_BYTE;
            case 0xE8, 0xE9 -> Immediate.REL_OPERAND;
            case 0xF6 -> reg >= 0 && reg <= 1 ? Immediate.BYTE : Immediate.NONE;
            case 0xF7 -> reg >= 0 && reg <= 1 ? Immediate.OPERAND : Immediate.NONE;
            default -> {
                if (opcode >= 0x70 && opcode <= 0x7F) {
                    yield Immediate.REL_BYTE;
                }
                if (opcode >= 0xB0 && opcode <= 0xBF) {
                    yield opcode < 0xB8 ? Immediate.BYTE : Immediate.FULL;
                }
                yield Immediate.NONE;
            }
        };
    }

    /** Whether ModRM reg is part of the opcode. */
    static boolean isGroup(int map, int opcode) {
        return switch (map) {
            case ONE_BYTE ->
                switch (opcode) {
                    case 0x80, 0x81, 0x82, 0x83, 0x8F, 0xC0, 0xC1, 0xC6, 0xC7, 0xD0, 0xD1, 0xD2, 0xD3 -> true;
                    case 0xF6, 0xF7, 0xFE, 0xFF, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF -> true;
                    default -> false;
                };
            case TWO_BYTE ->
                switch (opcode) {
                    case 0x00, 0x0D, 0x18, 0x71, 0x72, 0x73, 0xAE, 0xBA, 0xC7 -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    boolean isX87() {
        return in(ONE_BYTE, 0xD8, 0xDF);
    }

    boolean isString() {
        return in(ONE_BYTE, 0xA4, 0xA7) || in(ONE_BYTE, 0xAA, 0xAF) || in(ONE_BYTE, 0x6C, 0x6F);
    }

    /** A memory operand of more than one number: which part faults first is up to the processor. */
    boolean hasManyParts() {
        return is(ONE_BYTE, 0xD9) && (reg == 4 || reg == 6)
                || is(ONE_BYTE, 0xDB) && reg >= 5
                || is(ONE_BYTE, 0xDD, 0xDF) && (reg == 4 || reg == 6)
                || is(TWO_BYTE, 0xAE, 0xF7);
    }

    /** PUSH, POP and all that use RSP. */
    boolean usesStack() {
        return switch (map) {
            case ONE_BYTE ->
                in(ONE_BYTE, 0x50, 0x61)
                        || is(
                                ONE_BYTE, 0x06, 0x0E, 0x16, 0x1E, 0x68, 0x6A, 0x8F, 0x9C, 0x9D, 0xC2, 0xC3, 0xC8, 0xC9,
                                0xE8)
                        || is(ONE_BYTE, 0xFF) && (reg == 2 || reg == 6);
            case TWO_BYTE -> is(TWO_BYTE, 0xA0, 0xA8);
            default -> false;
        };
    }

    @Override
    public String toString() {
        String escape = switch (map) {
            case TWO_BYTE -> "0F ";
            case MAP_38 -> "0F 38 ";
            case MAP_3A -> "0F 3A ";
            default -> "";
        };
        return mode + " " + (prefixes.isEmpty() ? "" : prefixes + " ") + escape + "%02X".formatted(opcode)
                + (reg < 0 ? "" : " /" + reg);
    }
}
