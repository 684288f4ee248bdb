package org.margay.cpu.oracle;

/**
 * Bends random operands of some instructions to where their interest lies: quotients that mostly fit, string
 * registers that point into memory, comparisons that sometimes succeed, branch targets that exist.
 */
final class OperandTuning {
    private static final int AX = CaseBuilder.AX, CX = CaseBuilder.CX, DX = CaseBuilder.DX, BX = CaseBuilder.BX;
    private static final int BP = CaseBuilder.BP, SI = CaseBuilder.SI, DI = CaseBuilder.DI;
    private static final long TRAP_FLAG = 0x100, ALIGNMENT_CHECK = 0x4_0000;
    private static final long TRAP_AND_CHECK = 0x4_0100;
    private static final int MXCSR_VALID = 0xFFFF;

    private final CaseBuilder b;
    private final Form form;
    private final Values values;
    private final long[] r;

    private OperandTuning(CaseBuilder b) {
        this.b = b;
        this.form = b.form;
        this.values = b.values;
        this.r = b.test.input.r;
    }

    static void tune(CaseBuilder builder) {
        OperandTuning tuning = new OperandTuning(builder);
        tuning.fillTarget();
        if (builder.form.hasManyParts()) {
            builder.test.input.flags &= ~ALIGNMENT_CHECK; // how they are cut into parts is the processor's choice
        }
        if (builder.form.map() == Form.ONE_BYTE) {
            tuning.oneByte();
        } else if (builder.form.map() == Form.TWO_BYTE) {
            tuning.twoByte();
        } else if (builder.form.in(Form.MAP_3A, 0x60, 0x63)) {
            tuning.explicitLengths();
        }
    }

    /** The memory operand gets a fresh value of a fitting kind. */
    private void fillTarget() {
        if (!b.memoryOperand) {
            return;
        }
        if (form.isX87()) {
            x87Operand();
            return;
        }
        for (int i = 0; i < 2; i++) {
            b.test.poke(b.target + 8 * i, 8, form.map() == Form.ONE_BYTE ? values.integer() : values.lane());
        }
    }

    private void x87Operand() {
        if (values.chance(20)) {
            return; // whatever lies there
        }
        boolean extended = form.opcode() == 0xDB && form.reg() >= 4;
        boolean decimal = form.opcode() == 0xDF && (form.reg() == 4 || form.reg() == 6);
        if (extended) {
            int exponent = values.extendedExponent();
            b.test.poke(b.target, 8, values.extendedMantissa(exponent));
            b.test.poke(b.target + 8, 2, exponent);
        } else if (decimal) {
            for (int i = 0; i < 9; i++) {
                b.test.poke(b.target + i, 1, values.below(10) | values.below(10) << 4);
            }
            b.test.poke(b.target + 9, 1, values.below(2) << 7);
        } else if (form.opcode() == 0xD8 || form.opcode() == 0xD9) {
            b.test.poke(b.target, 4, values.floatBits());
        } else if (form.opcode() == 0xDC || form.opcode() == 0xDD && form.reg() < 4) {
            b.test.poke(b.target, 8, values.doubleBits());
        } else {
            b.test.poke(b.target, 8, values.integer());
        }
    }

    private void oneByte() {
        int opcode = form.opcode();
        if (form.isString()) {
            strings();
        }
        switch (opcode) {
            case 0x8F, 0x9D, 0xC3, 0xC2, 0xC9 -> stackContents();
            case 0xC8 -> b.test.mayTear = true;
            case 0x60 -> b.test.mayTear = true;
            case 0x62 -> bounds();
            case 0xD7 -> pointInto(BX, b.addressSize);
            case 0xD2, 0xD3 -> b.tuneLow(CX, 1, values.chance(50) ? values.below(70) : values.below(256));
            case 0xE0, 0xE1, 0xE2, 0xE3 -> b.tuneLow(CX, 8, values.chance(60) ? values.below(3) : r[CX]);
            case 0xF6, 0xF7 -> division();
            case 0xFF -> branchTarget();
            default -> {}
        }
        if (opcode == 0xC9 || opcode == 0xC8) {
            b.tuneLow(BP, 8, CaseBuilder.STACK - b.dataBase() + 8 * values.below(16) - 0x40);
        }
        if (form.isX87() && b.memoryOperand) {
            b.test.mayTear = true; // FSTENV, FSAVE, FSTP m80, FBSTP
        }
    }

    private void pointInto(int register, int size) {
        long offset = CaseBuilder.TARGET - b.dataBase() - (b.gsOverride ? b.test.input.gsBase : 0);
        b.tuneLow(register, size, offset + values.below(0x200));
    }

    private void strings() {
        pointInto(SI, b.addressSize);
        long offset = CaseBuilder.TARGET + 0x800 - b.dataBase();
        b.tuneLow(
                DI,
                b.addressSize,
                values.chance(20) ? offset - 0x800 + values.below(0x200) : offset + values.below(0x200));
        if (values.chance(5)) {
            b.tuneLow(
                    values.chance(50) ? SI : DI,
                    b.addressSize,
                    CaseBuilder.SCRATCH_END - b.dataBase() - values.below(40));
        }
        if (form.has(0xF2) || form.has(0xF3)) {
            b.tuneLow(CX, b.addressSize, values.below(12));
        }
        if (values.chance(40)) { // make comparisons go on for a while
            long value = values.chance(50) ? r[AX] : values.integer();
            long repeated = (value & 0xFF) * 0x0101_0101_0101_0101L;
            b.tuneLow(AX, 8, repeated);
            for (int i = 0; i < 6; i++) {
                b.test.poke((r[SI] & 0xFFFF_FFFFL) + b.dataBase() + 8 * i, 8, repeated);
                b.test.poke((r[DI] & 0xFFFF_FFFFL) + b.dataBase() + 8 * i, 8, repeated);
            }
        }
    }

    /** What POPF, RET and LEAVE find: no trap flag, and a return address that exists. */
    private void stackContents() {
        long value = values.integer() & ~TRAP_AND_CHECK;
        if (form.opcode() == 0xC2 || form.opcode() == 0xC3) {
            value = landing();
        }
        long mask = form.mode() == Mode.BITS16 ? 0xFFFF : form.mode() == Mode.BITS32 ? 0xFFFF_FFFFL : -1L;
        b.test.poke((r[CaseBuilder.SP] & mask) + b.dataBase(), 8, value);
    }

    /** An offset in CS where a branch is stopped; sometimes anything. */
    private long landing() {
        if (values.chance(6)) {
            return values.integer() & ~TRAP_FLAG;
        }
        long base = form.mode() == Mode.BITS16 ? NativeCpu.CODE : 0;
        return NativeCpu.CODE + values.below(0x700) - base;
    }

    private void branchTarget() {
        if (form.reg() != 2 && form.reg() != 4) {
            return;
        }
        b.tuneLow(
                CaseBuilder.SP,
                8,
                CaseBuilder.STACK - b.dataBase()); // of two faults that are due either may come first
        long landing = landing();
        if (b.memoryOperand) {
            b.test.poke(b.target, 8, landing);
        } else {
            b.tuneLow(b.rm == CaseBuilder.SP ? AX : b.rm, 8, landing);
        }
    }

    private void bounds() {
        if (b.memoryOperand && values.chance(60)) {
            int size = b.operandSize;
            long low = values.below(1000) - 500;
            b.test.poke(b.target, size, low);
            b.test.poke(b.target + size, size, low + values.below(1000));
            if (b.reg < 8) {
                b.tuneLow(b.reg, size, low + values.below(1100) - 50);
            }
        }
    }

    private void division() {
        if (form.reg() < 6 || values.chance(25)) {
            return;
        }
        boolean signed = form.reg() == 7;
        if (form.opcode() == 0xF6) {
            b.tuneLow(AX, 2, signed ? (byte) values.integer() : values.integer() & 0x3FF);
            return;
        }
        if (b.rm == DX) {
            return;
        }
        int bits = 8 * b.operandSize;
        long extended = r[AX] << 64 - bits >> 64 - bits;
        b.pinned |= 1 << AX;
        b.tuneLow(DX, b.operandSize, signed ? extended >> 63 : 0);
        if (values.chance(40)) {
            b.tuneLow(DX, b.operandSize, values.below(3) - (signed ? 1 : 0));
        }
    }

    private void twoByte() {
        switch (form.opcode()) {
            case 0xA3, 0xAB, 0xB3, 0xBB -> {
                // a bit far away is a byte far away, which may be anybody's
                int reach = values.chance(85) ? 0x800 : 0x4_0000;
                b.tuneLow(b.reg, 8, b.operandSize == 2 ? values.integer() : values.below(reach) - reach / 2);
            }
            case 0xA5, 0xAD -> b.tuneLow(CX, 1, values.chance(70) ? values.below(70) : values.below(256));
            case 0xB0, 0xB1 -> compareExchange();
            case 0xC7 -> compareExchangeWide();
            case 0xAE -> group15();
            case 0xF7 -> {
                pointInto(DI, b.addressSize);
                selectSomeByte();
                b.test.mayTear = true;
            }
            case 0xA0, 0xA8 -> {}
            default -> {}
        }
    }

    private void compareExchange() {
        if (!values.chance(50)) {
            return;
        }
        if (b.memoryOperand) {
            b.test.poke(b.target, 8, r[AX]);
        } else {
            b.tuneLow(b.rm, 8, r[AX]);
            b.pinned |= 1 << AX;
        }
    }

    private void compareExchangeWide() {
        if (!b.memoryOperand || !values.chance(50)) {
            return;
        }
        int half = b.operandSize == 8 ? 8 : 4;
        b.test.poke(b.target, half, r[AX]);
        b.test.poke(b.target + half, half, r[DX]);
    }

    /** MASKMOVQ and MASKMOVDQU: whether a mask of zeros still faults is left open (SDM vol. 2, MASKMOVDQU). */
    private void selectSomeByte() {
        if (!b.memoryOperand) {
            HostState s = b.test.input;
            s.xmm[2 * (b.rm & 15)] |= 0x80;
            s.stMantissa[(b.rm & 7) - s.fpTop() & 7] |= 0x80;
        }
    }

    /** FXSAVE, FXRSTOR and LDMXCSR: an image that loads. */
    private void group15() {
        if (!b.memoryOperand) {
            return;
        }
        b.test.mayTear = true;
        boolean image = form.reg() == 1;
        boolean control = form.reg() == 2;
        if (image || control) {
            int mxcsr =
                    values.chance(85) ? values.roundedMxcsr() : values.random().nextInt() & 0x1_FFFF;
            b.test.poke(b.target + (image ? 24 : 0), 4, values.chance(97) ? mxcsr & MXCSR_VALID : mxcsr);
        }
    }

    /** PCMPESTRI and PCMPESTRM take lengths from EAX and EDX. */
    private void explicitLengths() {
        if (values.chance(80)) {
            b.tuneLow(AX, 8, values.below(40) - 20);
            b.tuneLow(DX, 8, values.below(40) - 20);
        }
        if (values.chance(50)) {
            b.test.input.xmm[2 * (b.reg & 15)] &= 0x0303_0303_0303_0303L;
            b.test.input.xmm[2 * (b.reg & 15) + 1] &= 0x0303_0303_0303_0303L;
        }
    }
}
