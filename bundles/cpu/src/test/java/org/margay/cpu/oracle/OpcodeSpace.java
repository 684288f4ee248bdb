package org.margay.cpu.oracle;

import java.util.ArrayList;
import java.util.List;

/** Every opcode that a test may run natively: all four maps under all prefixes, less what would leave the sandbox. */
final class OpcodeSpace {
    private static final String[] PREFIXES = {"", "66", "F3", "F2", "66F3", "66F2"};

    private OpcodeSpace() {}

    static List<Form> forms(Mode mode) {
        List<Form> forms = new ArrayList<>();
        for (int map = Form.ONE_BYTE; map <= Form.MAP_3A; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                for (String prefix : PREFIXES) {
                    int members = Form.isGroup(map, opcode) ? 8 : 1;
                    for (int reg = 0; reg < members; reg++) {
                        Form form = new Form(mode, map, opcode, prefix, members == 1 ? -1 : reg);
                        if (isRunnable(form)) {
                            forms.add(form);
                        }
                    }
                }
            }
        }
        return forms;
    }

    private static boolean isRunnable(Form form) {
        return switch (form.map()) {
            case Form.ONE_BYTE -> isOneByteRunnable(form);
            case Form.TWO_BYTE -> isTwoByteRunnable(form);
            case Form.MAP_38 -> isMap38Runnable(form);
            default -> isMap3aRunnable(form);
        };
    }

    private static boolean isOneByteRunnable(Form form) {
        boolean wide = form.mode() == Mode.BITS64;
        int opcode = form.opcode();
        boolean prefix = switch (opcode) {
            case 0x0F, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3 -> true;
            default -> wide && opcode >= 0x40 && opcode <= 0x4F;
        };
        // VEX and EVEX; and the loads of segment registers, far transfers and calls of the system depend on the host's
        // tables
        boolean vector = opcode == 0xC4 || opcode == 0xC5 || opcode == 0x62 && wide;
        boolean segment = switch (opcode) {
            case 0x07, 0x17, 0x1F -> !wide;
            case 0x8E, 0x9A, 0xEA, 0xCA, 0xCB, 0xCF, 0xCC, 0xCD, 0xCE, 0xF1 -> true;
            case 0xFF -> form.reg() == 3 || form.reg() == 5;
            case 0x8F -> form.reg() > 0; // XOP
            default -> false;
        };
        // on processors by AMD the other repeat prefix turns LOOPE and LOOPNE into one another
        boolean reserved = opcode == 0xE0 && form.has(0xF3) || opcode == 0xE1 && form.has(0xF2);
        // near branches with 66 in 64-bit mode: vendors differ (SDM vol. 2, JMP; APM vol. 3, 1.2.3)
        boolean vendor = wide
                && form.has(0x66)
                && switch (opcode) {
                    case 0xE8, 0xE9, 0xEB, 0xC2, 0xC3, 0xE0, 0xE1, 0xE2, 0xE3 -> true;
                    case 0xFF -> form.reg() == 2 || form.reg() == 4;
                    case 0x63 -> true; // MOVSXD of 16 bits
                    default -> opcode >= 0x70 && opcode <= 0x7F;
                };
        return !prefix && !vector && !segment && !reserved && !vendor;
    }

    private static boolean isTwoByteRunnable(Form form) {
        boolean wide = form.mode() == Mode.BITS64;
        return switch (form.opcode()) {
            case 0x00, 0x01, 0x02, 0x03 -> false; // descriptor tables
            case 0x05, 0x07, 0x34, 0x35 -> false; // system calls
            case 0x0F -> false; // 3DNow!
            case 0x38, 0x3A -> false; // escapes
            case 0x31, 0x33, 0xA2 -> false; // what time is it, who are you
            case 0x78, 0x79 -> false; // SSE4a on hosts by AMD, VMREAD and VMWRITE elsewhere
            case 0x2B -> !form.has(0xF3) && !form.has(0xF2); // SSE4a
            case 0x37 -> false; // GETSEC
            case 0xA1, 0xA9, 0xB2, 0xB4, 0xB5 -> false; // loads of segment registers
            case 0xAE -> isGroup15Runnable(form);
            case 0xBC -> !form.has(0xF3); // TZCNT on hosts that have it
            case 0xC7 -> form.reg() == 1 && !form.has(0xF3) && !form.has(0xF2);
            case 0x1E -> !form.has(0xF3); // RDSSP with shadow stacks
            default -> !(wide && form.has(0x66) && form.in(Form.TWO_BYTE, 0x80, 0x8F));
        };
    }

    /** Group 15: FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, fences and CLFLUSH; no XSAVE, no FS and GS bases. */
    private static boolean isGroup15Runnable(Form form) {
        return form.prefixes().isEmpty() && form.reg() != 4;
    }

    private static boolean isMap38Runnable(Form form) {
        int opcode = form.opcode();
        return opcode < 0x80 // SSSE3, SSE4.1, SSE4.2
                || opcode >= 0x90 && opcode < 0xC8
                || opcode == 0xF0
                || opcode == 0xF1; // MOVBE, CRC32
    }

    private static boolean isMap3aRunnable(Form form) {
        int opcode = form.opcode();
        return opcode != 0x44 && opcode < 0xCC;
    }
}
