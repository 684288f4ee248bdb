package org.margay.cpu.oracle;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/**
 * Makes one random instance of a {@link Form}: random registers and vectors, a random choice of register or memory
 * operand in a random addressing form whose registers are then solved so that it points where we want, and the
 * encoding.
 */
final class CaseBuilder {
    static final int AX = 0, CX = 1, DX = 2, BX = 3, SP = 4, BP = 5, SI = 6, DI = 7;

    /** Memory operands mostly point here. */
    static final long TARGET = NativeCpu.SCRATCH + 0x1000;

    static final long STACK = NativeCpu.SCRATCH + 0x2000;
    static final long SCRATCH_END = NativeCpu.SCRATCH + NativeCpu.SCRATCH_SIZE;

    private static final int LENGTH_MAX = 15;
    private static final int NO_BASE = -1, RIP_BASE = 16;
    private static final int[][] PAIRS_16 = {{BX, SI}, {BX, DI}, {BP, SI}, {BP, DI}, {SI}, {DI}, {BP}, {BX}};

    final Values values;
    final TestCase test;
    final Form form;

    /** Linear address of the memory operand; meaningless without one. */
    long target = TARGET;

    boolean memoryOperand;

    /** ModRM register fields with REX applied. */
    int reg, rm;

    /** REX bits, 0x40-0x4F, or 0. */
    int rex;

    /** Effective sizes in bytes. */
    int operandSize, addressSize;

    boolean gsOverride, locked;

    /** Bit n: register n must have the value that {@link TestCase#input} gives it. */
    int pinned;

    /** Bit n: register n is part of the memory operand's address. */
    private int addressing;

    private final ByteArrayOutputStream modRm = new ByteArrayOutputStream();
    private long start = NativeCpu.SNIPPET;
    /** Whether operands stay where no fault is due. */
    private boolean tame;

    private int ripFixup = -1;
    private long immediate;
    private int immediateBytes;

    private CaseBuilder(Form form, SplittableRandom random) {
        this.form = form;
        this.values = new Values(random);
        this.test = new TestCase(form.mode());
    }

    /** An instance from a random state. */
    static CaseBuilder build(Form form, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CaseBuilder builder;
        do {
            builder = new CaseBuilder(form, random);
            StateGenerator.randomize(builder.test, builder.values);
            builder.build();
        } while (builder.isWild());
        return builder;
    }

    /** An instance to run from a given state, with changes to general registers where its operands ask for them. */
    static CaseBuilder build(Form form, SplittableRandom random, HostState from, long at) {
        CaseBuilder builder;
        do {
            builder = new CaseBuilder(form, random);
            builder.test.input.set(from);
            builder.start = at;
            builder.tame = true;
            builder.build();
        } while (builder.isWild());
        return builder;
    }

    /**
     * A bit offset that is also part of the address may hit any memory; and when an instruction too long does not
     * exist either, both faults are due.
     */
    private boolean isWild() {
        boolean tooLong = test.code.length > LENGTH_MAX && (form.map() >= Form.MAP_38 || form.reg() >= 0);
        return tooLong
                || memoryOperand && form.is(Form.TWO_BYTE, 0xA3, 0xAB, 0xB3, 0xBB) && (addressing >> reg & 1) != 0;
    }

    boolean isRipRelative() {
        return ripFixup >= 0;
    }

    /** Base that offsets are relative to: the linear address of offset 0 of the data segments. */
    long dataBase() {
        return form.mode() == Mode.BITS16 ? NativeCpu.SCRATCH : 0;
    }

    private void build() {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        prefixes(code);
        target = chooseTarget();
        if (form.hasModRm()) {
            chooseOperands();
        } else {
            reg = -1;
            rm = form.opcode() & 7 | (rex & 1) << 3;
        }
        chooseImmediate();
        OperandTuning.tune(this);
        if (rex != 0) {
            code.write(rex);
        }
        switch (form.map()) {
            case Form.TWO_BYTE -> code.write(0x0F);
            case Form.MAP_38 -> code.writeBytes(new byte[] {0x0F, 0x38});
            case Form.MAP_3A -> code.writeBytes(new byte[] {0x0F, 0x3A});
            default -> {}
        }
        code.write(form.opcode());
        int modRmAt = code.size();
        code.writeBytes(modRm.toByteArray());
        for (int i = 0; i < immediateBytes; i++) {
            code.write((int) (immediate >>> 8 * i));
        }
        test.code = code.toByteArray();
        if (ripFixup >= 0) {
            int displacement = (int) (target - (gsOverride ? test.input.gsBase : 0) - (start + test.code.length));
            for (int i = 0; i < 4; i++) {
                test.code[modRmAt + ripFixup + i] = (byte) (displacement >>> 8 * i);
            }
        }
        test.label = form.toString();
    }

    private void prefixes(ByteArrayOutputStream code) {
        boolean wide = form.mode() == Mode.BITS64;
        boolean control = form.in(Form.TWO_BYTE, 0x20, 0x23); // where LOCK names CR8 on processors by AMD
        if (!tame && !control && values.chance(4)) {
            code.write(0xF0);
            locked = true;
        }
        if (values.chance(8)) {
            int[] overrides = {0x26, 0x36, 0x3E, 0x2E};
            // CS in 16-bit mode is the code itself, which on the host ends in a jump
            boolean code16 = tame && form.mode() == Mode.BITS16;
            code.write(overrides[values.below(code16 ? 3 : 4)]);
        } else if (wide && NativeCpu.get().hasGsBase() && values.chance(5)) {
            code.write(0x65);
            gsOverride = true;
            test.input.gsBase =
                    tame ? test.input.gsBase : values.chance(90) ? values.below(0x2000) - 0x1000 : 0x1_0000_0000L;
        }
        boolean addressPrefix = values.chance(8);
        if (addressPrefix) {
            code.write(0x67);
        }
        for (int i = 0; i < form.prefixes().length(); i += 2) {
            code.write(Integer.parseInt(form.prefixes(), i, i + 2, 16));
        }
        if (wide && values.chance(60)) {
            rex = 0x40 | values.below(16);
        }
        boolean small = form.has(0x66) != (form.mode() == Mode.BITS16);
        operandSize = (rex & 8) != 0 ? 8 : small ? 2 : 4;
        addressSize = switch (form.mode()) {
            case BITS64 -> addressPrefix ? 4 : 8;
            case BITS32 -> addressPrefix ? 2 : 4;
            case BITS16 -> addressPrefix ? 4 : 2;
        };
    }

    private long chooseTarget() {
        if (tame) {
            return TARGET + values.below(16) * 16;
        }
        if (values.chance(3) && !isImage()) {
            return SCRATCH_END - values.below(20);
        }
        if (values.chance(2) && !isImage()) {
            return NativeCpu.SCRATCH - values.below(4);
        }
        if (values.chance(3)) {
            return TARGET - values.below(20); // across a page boundary
        }
        return TARGET + (values.chance(75) ? values.below(16) * 16 : values.below(256));
    }

    /** FXSAVE and FXRSTOR: misalignment and limit may be found in either order. */
    private boolean isImage() {
        return form.mode() == Mode.BITS16 && form.is(Form.TWO_BYTE, 0xAE) && form.reg() < 2;
    }

    private void chooseOperands() {
        int regField = form.reg() >= 0 ? form.reg() : values.below(8);
        int mod = values.below(4);
        boolean control = form.in(Form.TWO_BYTE, 0x20, 0x27);
        boolean fence = form.is(Form.TWO_BYTE, 0xAE) && (form.reg() == 5 || form.reg() == 6);
        boolean vexLike = form.mode() != Mode.BITS64 && form.is(Form.ONE_BYTE, 0x62, 0xC4, 0xC5);
        if (control || fence) {
            mod = 3;
        } else if (vexLike) {
            mod = values.below(3);
        }
        reg = regField | (rex & 4) << 1;
        if (mod == 3) {
            int field = values.below(8);
            rm = field | (rex & 1) << 3;
            modRm.write(0xC0 | regField << 3 | field);
            return;
        }
        memoryOperand = true;
        rm = -1;
        long offset = target - dataBase() - (gsOverride ? test.input.gsBase : 0);
        if (addressSize == 2) {
            memory16(mod, regField, offset);
        } else {
            memory32(mod, regField, offset);
        }
    }

    /** SDM vol. 2, table 2-1. */
    private void memory16(int mod, int regField, long offset) {
        int field = values.below(8);
        modRm.write(mod << 6 | regField << 3 | field);
        if (mod == 0 && field == 6) {
            word(offset);
            return;
        }
        long displacement = mod == 0 ? 0 : mod == 1 ? (byte) values.below(256) : (short) values.below(0x10000);
        int[] registers = PAIRS_16[field];
        long rest = offset - displacement;
        if (registers.length == 2) {
            rest -= test.input.r[registers[1]] & 0xFFFF;
            uses(registers[1]);
        }
        setLow(registers[0], 2, rest);
        uses(registers[0]);
        if (mod == 1) {
            modRm.write((int) displacement);
        } else if (mod == 2) {
            word(displacement);
        }
    }

    private void word(long value) {
        modRm.write((int) value);
        modRm.write((int) (value >> 8));
    }

    private void doubleWord(long value) {
        word(value);
        word(value >> 16);
    }

    /** SDM vol. 2, tables 2-2 and 2-3. */
    private void memory32(int mod, int regField, long offset) {
        int field = values.below(8);
        boolean sib = field == 4;
        int low = field;
        int index = NO_BASE, scale = 0;
        int sibByte = 0;
        if (sib) {
            low = values.below(8);
            int indexField = values.below(8);
            scale = values.below(4);
            index = indexField | (rex & 2) << 2;
            index = index == SP ? NO_BASE : index;
            sibByte = scale << 6 | indexField << 3 | low;
        }
        int base = low | (rex & 1) << 3;
        if (mod == 0 && low == 5) {
            base = sib || form.mode() != Mode.BITS64 ? NO_BASE : RIP_BASE;
        }
        modRm.write(mod << 6 | regField << 3 | field);
        if (sib) {
            modRm.write(sibByte);
        }
        long displacement = solve(mod, base, index, scale, offset);
        if (mod == 1) {
            modRm.write((int) displacement);
        } else if (mod == 2 || base == NO_BASE || base == RIP_BASE) {
            if (base == RIP_BASE) {
                ripFixup = modRm.size();
            }
            doubleWord(displacement);
        }
    }

    /** Gives the registers values that make the address; returns the displacement. */
    private long solve(int mod, int base, int index, int scale, long offset) {
        long[] r = test.input.r;
        if (base == RIP_BASE) {
            return 0;
        }
        if (base == NO_BASE) {
            if (index == NO_BASE) {
                return offset;
            }
            if (addressSize == 8) {
                setLow(index, 8, (byte) values.below(256)); // the displacement must reach the rest
            }
            uses(index);
            return offset - (r[index] << scale);
        }
        boolean stack = base == SP && form.usesStack(); // which must stay near itself
        long displacement = mod == 0 ? 0 : mod == 1 || stack ? (byte) values.below(256) : (int) values.integer();
        long rest = offset - displacement;
        if (index == base) {
            long multiple = 1 + (1L << scale);
            setLow(base, 8, Math.floorDiv(rest, multiple));
            uses(base);
            target -= Math.floorMod(rest, multiple); // as near as it gets
            return displacement;
        }
        if (index != NO_BASE) {
            if (stack) {
                setLow(index, 8, values.below(16));
            }
            rest -= r[index] << scale;
            uses(index);
        }
        setLow(base, addressSize, rest);
        uses(base);
        return displacement;
    }

    private void uses(int register) {
        addressing |= 1 << register;
        pinned |= addressing;
    }

    /** As {@link #setLow}, but leaves a register alone that the memory operand's address depends on. */
    void tuneLow(int register, int bytes, long value) {
        if ((addressing >> register & 1) == 0) {
            setLow(register, bytes, value);
        }
    }

    /** Sets the low bytes of a register; the rest keeps its random value where the address size hides it. */
    void setLow(int register, int bytes, long value) {
        pinned |= 1 << register;
        long mask = bytes == 8 ? -1L : (1L << 8 * bytes) - 1;
        test.input.r[register] = test.input.r[register] & ~mask | value & mask;
    }

    private void chooseImmediate() {
        immediate = values.integer();
        immediateBytes = switch (form.immediate()) {
            case NONE -> 0;
            case BYTE -> 1;
            case WORD -> 2;
            case OPERAND -> Math.min(operandSize, 4);
            case FULL -> operandSize;
            case ADDRESS -> {
                immediate = target - dataBase() - (gsOverride ? test.input.gsBase : 0);
                memoryOperand = true;
                yield addressSize;
            }
            case REL_BYTE -> {
                immediate = (values.chance(50) ? -1 : 1) * (0x20 + values.below(0x60));
                yield 1;
            }
            case REL_OPERAND -> {
                immediate = (values.chance(50) ? -1 : 1) * (0x20 + values.below(0x700));
                yield form.mode() == Mode.BITS64 ? 4 : Math.min(operandSize, 4);
            }
            case WORD_BYTE -> {
                immediate = values.below(values.chance(80) ? 0x100 : 0x10000)
                        | (long) values.below(values.chance(70) ? 4 : 256) << 16;
                yield 3;
            }
        };
    }
}
