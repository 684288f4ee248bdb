package org.margay.cpu.oracle;

/**
 * What each instruction leaves undefined, from the "Flags Affected" and "FPU Flags Affected" sections of the SDM,
 * vol. 2. Kept apart from the interpreter's table, so that a flag declared undefined there by mistake is found too.
 */
final class Tolerances {
    private static final int C = 1, P = 4, A = 0x10, Z = 0x40, S = 0x80, O = 0x800;
    private static final int ALL = C | P | A | Z | S | O;

    private final Form form;
    private final CaseBuilder built;
    private final Tolerance tolerance = new Tolerance();

    private Tolerances(CaseBuilder built) {
        this.form = built.form;
        this.built = built;
    }

    static Tolerance of(CaseBuilder built) {
        Tolerances rules = new Tolerances(built);
        switch (built.form.map()) {
            case Form.ONE_BYTE -> rules.oneByte();
            case Form.TWO_BYTE -> rules.twoByte();
            default -> {}
        }
        return rules.tolerance;
    }

    private void oneByte() {
        int opcode = form.opcode();
        int reg = form.reg();
        if (opcode < 0x40 && (opcode & 7) < 6) {
            int operation = opcode >> 3;
            tolerance.flags(operation == 1 || operation == 4 || operation == 6 ? A : 0);
            return;
        }
        switch (opcode) {
            case 0x27, 0x2F -> tolerance.flags(O);
            case 0x37, 0x3F -> tolerance.flags(O | S | Z | P);
            case 0x61 -> tolerance.registersAfterFault(); // POPA may have loaded some already
            case 0x69, 0x6B -> tolerance.flags(S | Z | A | P);
            case 0x80, 0x81, 0x82, 0x83 -> tolerance.flags(reg == 1 || reg == 4 || reg == 6 ? A : 0);
            case 0x84, 0x85, 0xA8, 0xA9 -> tolerance.flags(A);
            case 0xA6, 0xA7 -> tolerance.eitherStringOperand();
            case 0xC0, 0xC1, 0xD0, 0xD1, 0xD2, 0xD3 -> shift();
            case 0xD4, 0xD5 -> tolerance.flags(O | A | C);
            case 0xF6, 0xF7 -> tolerance.flags(reg < 2 ? A : reg < 4 ? 0 : reg < 6 ? S | Z | A | P : ALL);
            case 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF -> x87();
            default -> {}
        }
    }

    private void shift() {
        int size = (form.opcode() & 1) == 0 ? 1 : built.operandSize;
        int count = shiftCount(size);
        if (count == 0) {
            return;
        }
        boolean rotate = form.reg() < 4;
        tolerance.flags(rotate ? 0 : A);
        if (count != 1) {
            tolerance.flags(O);
        }
        boolean logical = !rotate && form.reg() != 7;
        if (logical && count >= 8 * size) {
            tolerance.flags(C);
        }
    }

    private int shiftCount(int size) {
        int raw = switch (form.opcode()) {
            case 0xD0, 0xD1 -> 1;
            case 0xD2, 0xD3, 0xA5, 0xAD -> (int) built.test.input.r[CaseBuilder.CX];
            default -> built.test.code[built.test.code.length - 1];
        };
        return raw & (size == 8 ? 0x3F : 0x1F);
    }

    private void twoByte() {
        switch (form.opcode()) {
            case 0xA3, 0xAB, 0xB3, 0xBB, 0xBA -> tolerance.flags(O | S | A | P);
            case 0xA4, 0xA5, 0xAC, 0xAD -> doubleShift();
            case 0xAF -> tolerance.flags(S | Z | A | P);
            case 0xBC -> tolerance.flags(C | O | S | A | P);
            case 0xBD -> tolerance.flags(form.has(0xF3) ? O | S | A | P : C | O | S | A | P);
            case 0x52, 0x53 -> {
                if (form.has(0xF3) || !form.has(0x66) && !form.has(0xF2)) {
                    tolerance.approximateSingles();
                }
            }
            case 0xF7 -> tolerance.anyAddressInArea().registersAfterFault(); // MASKMOVQ may have entered MMX state
            case 0xAE -> {
                if (form.reg() == 0) {
                    tolerance.memory(built.target + 6, 18); // FOP, FIP, FDP
                    tolerance.memory(built.target + 28, 4); // MXCSR_MASK
                }
                if (form.reg() < 2) {
                    tolerance.anyAddressInArea();
                }
            }
            default -> {}
        }
    }

    private void doubleShift() {
        int size = built.operandSize;
        int count = shiftCount(size);
        if (count == 0) {
            return;
        }
        tolerance.flags(count == 1 ? A : O | A);
        if (count > 8 * size) {
            tolerance.flags(ALL);
            if (built.memoryOperand) {
                tolerance.memory(built.target, size);
            } else {
                tolerance.register(built.rm);
            }
        }
    }

    private void x87() {
        int opcode = form.opcode();
        boolean environment = opcode == 0xD9 && form.reg() == 6 || opcode == 0xDD && form.reg() == 6;
        if (built.memoryOperand && (opcode == 0xD9 || opcode == 0xDD) && (form.reg() == 4 || form.reg() == 6)) {
            tolerance.anyAddressInArea();
        }
        if (environment && built.memoryOperand) {
            if (built.operandSize == 2) {
                tolerance.memory(built.target + 6, 8);
            } else {
                tolerance.memory(built.target + 12, 16);
            }
        }
        if (opcode == 0xD9 && form.reg() >= 6 && !built.memoryOperand) {
            int second = form.reg() << 3 | built.rm & 7;
            switch (second) {
                case 0x30, 0x31, 0x32, 0x33, 0x39, 0x3B, 0x3E, 0x3F -> tolerance.transcendental();
                default -> {}
            }
        }
    }
}
