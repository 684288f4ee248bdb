package org.margay.cpu.internal.table;

import java.util.ArrayList;
import java.util.List;

/**
 * How a row is encoded, read from a text like the manual's (SDM vol. 2, 3.1.1.1):
 *
 * <ul>
 *   <li>{@code NP}, {@code 66}, {@code F2}, {@code F3} first: mandatory prefix (NP: none of the three). Without one, prefixes
 *       do not select.
 *   <li>{@code REX.W}, {@code W0}: REX.W set, not set. {@code o16 o32 o64}: operand size, {@code a16 a32 a64}: address size.
 *   <li>{@code d64}: in 64-bit mode the operand size is 8 by default, {@code f64}: always 8.
 *   <li>{@code 0F}, {@code 0F 38}, {@code 0F 3A}, then the opcode byte; {@code 50+r}: register in its low three bits.
 *   <li>{@code /r}: ModRM follows; {@code /0}-{@code /7}: with this reg field. Suffix {@code :mem} or {@code :reg}: only memory,
 *       only register; {@code :any}: a register whatever mod says. A second byte instead ({@code D9 E0}, {@code D8 C0+i}): this very ModRM byte, or eight of them.
 *   <li>{@code ib iw id iq} immediate of 1-8 bytes, {@code iz} 2 or 4, {@code iv} 2, 4 or 8 by operand size; {@code cb cz} branch
 *       offset; {@code ap} far pointer; {@code mo} memory offset of address size.
 * </ul>
 */
public final class Encoding {
    /** Mandatory prefix of an {@link Encoding}. */
    public enum Prefix {
        ANY,
        NONE,
        P66,
        F2,
        F3
    }

    /** Which opcode map the opcode byte selects from. */
    public enum OpcodeMap {
        ONE_BYTE,
        M0F,
        M0F38,
        M0F3A
    }

    /** How the operand size follows from mode and prefixes. */
    public enum SizeRule {
        NORMAL,
        /** 8 by default in 64-bit mode, 2 with prefix 66. */
        DEFAULT_64,
        /** 8 in 64-bit mode whatever the prefixes. */
        FORCED_64
    }

    /** What follows ModRM, SIB and displacement. */
    public enum Immediate {
        IB,
        IW,
        ID,
        IQ,
        IZ,
        IV,
        CB,
        CZ,
        AP,
        MO
    }

    private final String text;
    Prefix prefix = Prefix.ANY;
    OpcodeMap map = OpcodeMap.ONE_BYTE;
    SizeRule sizeRule = SizeRule.NORMAL;
    int opcode = -1;
    boolean opcodeRegister;
    boolean modRm;
    int digit = -1;
    boolean memoryOnly;
    boolean registerOnly;
    boolean modIgnored;
    int modRmFirst = -1;
    int modRmLast = -1;
    int rexW = -1;
    int operandSize;
    int addressSize;
    final List<Immediate> immediates = new ArrayList<>();

    Encoding(String text) {
        this.text = text;
        for (String token : text.trim().split("\\s+")) {
            parse(token);
        }
        if (opcode < 0) {
            throw new IllegalArgumentException("no opcode in " + text);
        }
    }

    private void parse(String token) {
        switch (token) {
            case "+" -> {}
            case "NP" -> prefix = Prefix.NONE;
            case "REX.W", "W1" -> rexW = 1;
            case "W0" -> rexW = 0;
            case "o16" -> operandSize = 2;
            case "o32" -> operandSize = 4;
            case "o64" -> operandSize = 8;
            case "a16" -> addressSize = 2;
            case "a32" -> addressSize = 4;
            case "a64" -> addressSize = 8;
            case "d64" -> sizeRule = SizeRule.DEFAULT_64;
            case "f64" -> sizeRule = SizeRule.FORCED_64;
            case "ib", "iw", "id", "iq", "iz", "iv", "cb", "cz", "ap", "mo" ->
                immediates.add(Immediate.valueOf(token.toUpperCase(java.util.Locale.ROOT)));
            default -> {
                if (token.startsWith("/")) {
                    parseModRm(token);
                } else {
                    parseByte(token);
                }
            }
        }
    }

    private void parseModRm(String token) {
        modRm = true;
        char field = token.charAt(1);
        if (field != 'r') {
            digit = field - '0';
        }
        switch (token.substring(2)) {
            case "" -> {}
            case ":mem" -> memoryOnly = true;
            case ":reg" -> registerOnly = true;
            case ":any" -> modIgnored = true;
            default -> throw new IllegalArgumentException(token + " in " + text);
        }
    }

    private void parseByte(String token) {
        int value = Integer.parseInt(token.substring(0, 2), 16);
        String suffix = token.substring(2);
        if (opcode >= 0) {
            modRm = true;
            modRmFirst = value;
            modRmLast = suffix.isEmpty() ? value : value + 7;
        } else if (map == OpcodeMap.ONE_BYTE && value == 0x0F) {
            map = OpcodeMap.M0F;
        } else if (map == OpcodeMap.M0F && value == 0x38) {
            map = OpcodeMap.M0F38;
        } else if (map == OpcodeMap.M0F && value == 0x3A) {
            map = OpcodeMap.M0F3A;
        } else if (map == OpcodeMap.ONE_BYTE && value == 0x66) {
            prefix = Prefix.P66;
        } else if (map == OpcodeMap.ONE_BYTE && value == 0xF2) {
            prefix = Prefix.F2;
        } else if (map == OpcodeMap.ONE_BYTE && value == 0xF3) {
            prefix = Prefix.F3;
        } else {
            opcode = value;
            opcodeRegister = suffix.startsWith("+");
        }
    }

    /** How many conditions the encoding states; of several rows that match, the one with most wins. */
    int specificity() {
        return (prefix == Prefix.ANY ? 0 : 1)
                + (digit >= 0 || registerOnly || memoryOnly ? 1 : 0)
                + (modRmFirst < 0 ? 0 : modRmFirst == modRmLast ? 4 : 3)
                + (rexW < 0 ? 0 : 1)
                + (operandSize == 0 ? 0 : 1)
                + (addressSize == 0 ? 0 : 1);
    }

    public Prefix prefix() {
        return prefix;
    }

    public OpcodeMap map() {
        return map;
    }

    public SizeRule sizeRule() {
        return sizeRule;
    }

    /** The opcode byte; the first of eight when {@link #opcodeRegister()}. */
    public int opcode() {
        return opcode;
    }

    public boolean opcodeRegister() {
        return opcodeRegister;
    }

    public boolean hasModRm() {
        return modRm;
    }

    /** The ModRM reg field that selects the row, or -1. */
    public int digit() {
        return digit;
    }

    public boolean memoryOnly() {
        return memoryOnly;
    }

    public boolean registerOnly() {
        return registerOnly;
    }

    /** ModRM.rm is a register whatever mod says. */
    public boolean modIgnored() {
        return modIgnored;
    }

    /** The lowest whole ModRM byte that selects the row, or -1. */
    public int modRmFirst() {
        return modRmFirst;
    }

    /** The highest whole ModRM byte that selects the row, or -1. */
    public int modRmLast() {
        return modRmLast;
    }

    /** 1: REX.W must be set, 0: must not, -1: either. */
    public int rexW() {
        return rexW;
    }

    /** Operand size in bytes that the row is for, or 0 for any. */
    public int operandSize() {
        return operandSize;
    }

    /** Address size in bytes that the row is for, or 0 for any. */
    public int addressSize() {
        return addressSize;
    }

    public List<Immediate> immediates() {
        return immediates;
    }

    @Override
    public String toString() {
        return text;
    }
}
