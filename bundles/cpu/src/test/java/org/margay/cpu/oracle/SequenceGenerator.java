package org.margay.cpu.oracle;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random programs: straight lines of instructions with forward branches over some of them and short loops. Registers
 * that an operand's address needs are loaded right before it, so that programs touch memory a lot and seldom fault.
 */
final class SequenceGenerator {
    private static final int LOOP_COUNTER = (int) CaseBuilder.SCRATCH_END - 64;
    private static final int ATTEMPTS = 8;
    private static final int NEIGHBOURS_PERCENT = 10;
    private static final long AUXILIARY = 0x10;

    private final Mode mode;
    private final List<Form> forms;

    /** Those that engines like to fuse with a conditional jump behind them. */
    private final List<Form> comparisons;

    /** @param forms what programs are made of; see {@link #usableForms} */
    SequenceGenerator(Mode mode, List<Form> forms) {
        this.mode = mode;
        this.forms = forms;
        this.comparisons =
                forms.stream().filter(SequenceGenerator::setsFlagsForBranches).toList();
    }

    private static boolean setsFlagsForBranches(Form form) {
        int reg = form.reg();
        boolean arithmetic = form.in(Form.ONE_BYTE, 0x20, 0x2D) || form.in(Form.ONE_BYTE, 0x38, 0x3D);
        boolean immediate = form.in(Form.ONE_BYTE, 0x80, 0x83) && (reg == 4 || reg == 5 || reg == 7);
        boolean test = form.is(Form.ONE_BYTE, 0x84, 0x85, 0xA8, 0xA9)
                || form.is(Form.ONE_BYTE, 0xF6, 0xF7) && reg == 0
                || form.is(Form.ONE_BYTE, 0xFE, 0xFF) && reg < 2;
        return form.prefixes().length() < 4 && (arithmetic && (form.opcode() & 7) < 6 || immediate || test);
    }

    /** The forms that run through on the host now and then, have defined results, and do not branch. */
    static List<Form> usableForms(Mode mode, HostRunner host) {
        List<Form> usable = new ArrayList<>();
        for (Form form : OpcodeSpace.forms(mode)) {
            if (isUsable(form) && runs(form, host)) {
                usable.add(form);
            }
        }
        return usable;
    }

    /** Neither branches nor loads what decides about all that follows; has results that are the same everywhere. */
    static boolean isUsable(Form form) {
        boolean branch = form.in(Form.ONE_BYTE, 0x70, 0x7F)
                || form.in(Form.ONE_BYTE, 0xE0, 0xE3)
                || form.is(Form.ONE_BYTE, 0xC2, 0xC3, 0xE8, 0xE9, 0xEB, 0xCC, 0xCE)
                || form.is(Form.ONE_BYTE, 0xFF) && (form.reg() == 2 || form.reg() == 4)
                || form.in(Form.TWO_BYTE, 0x80, 0x8F);
        boolean loadsControl = form.is(Form.ONE_BYTE, 0x61, 0x9D) || form.is(Form.TWO_BYTE, 0xAE);
        boolean pointers = form.isX87() && (form.opcode() == 0xD9 || form.opcode() == 0xDD) && form.reg() >= 4;
        boolean approximate = form.is(Form.TWO_BYTE, 0x52, 0x53);
        return !branch && !loadsControl && !pointers && !approximate;
    }

    private static boolean runs(Form form, HostRunner host) {
        int completed = 0;
        for (int seed = 0; seed < ATTEMPTS; seed++) {
            completed += host.run(CaseBuilder.build(form, seed).test).vector == HostState.NO_FAULT ? 1 : 0;
        }
        return completed >= ATTEMPTS / 4;
    }

    /** A program of 5 to 30 instructions, before what is loaded for them. */
    Program generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Values values = new Values(random);
        Program program = new Program(mode);
        StateGenerator.randomize(program.start, values);
        if (values.chance(90)) {
            program.start.input.mxcsr |= 0x1F80;
            program.start.input.fpControl |= 0x3F;
            program.start.input.fpStatus &= ~0x80BF;
        }
        program.start.input.gsBase = values.below(0x2000) - 0x1000;
        int count = values.below(26) + 5;
        for (int i = 0; i < count; i++) {
            program.chunks.add(chunk(program.start.input, random, values, 0));
        }
        return program;
    }

    private byte[] chunk(HostState start, SplittableRandom random, Values values, int depth) {
        if (depth < 2 && values.chance(12)) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int i = values.below(3) + 1; i > 0; i--) {
                body.writeBytes(chunk(start, random, values, depth + 1));
            }
            if (body.size() < 0x70) {
                return depth == 0 && values.chance(50)
                        ? loop(body.toByteArray(), values)
                        : skip(start, random, values, body.toByteArray());
            }
        }
        if (mode != Mode.BITS16 && values.chance(NEIGHBOURS_PERCENT)) {
            return NeighbourGenerator.line(mode, values);
        }
        return instruction(start, random, values);
    }

    /** A comparison, sometimes, and a conditional jump over the body. */
    private byte[] skip(HostState start, SplittableRandom random, Values values, byte[] body) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        if (values.chance(70) && !comparisons.isEmpty()) {
            code.writeBytes(encode(comparisons.get(values.below(comparisons.size())), start, random, false));
        }
        boolean near = values.chance(30); // with an offset of 16 or 32 bits
        if (near) {
            code.write(0x0F);
        }
        code.write((near ? 0x80 : 0x70) | values.below(16));
        code.write(body.length);
        for (int i = mode == Mode.BITS16 ? 2 : 4; near && i > 1; i--) {
            code.write(0);
        }
        code.writeBytes(body);
        return code.toByteArray();
    }

    /** The body two to four times; the counter is one byte in memory, so that no accident makes it long. */
    private byte[] loop(byte[] body, Values values) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(0xC6); // mov byte [counter], n
        counter(code, 0);
        code.write(values.below(3) + 2);
        int top = code.size();
        code.writeBytes(body);
        code.write(0xFE); // dec byte [counter]
        counter(code, 1);
        code.write(0x75); // jnz top
        code.write(top - (code.size() + 1));
        return code.toByteArray();
    }

    private void counter(ByteArrayOutputStream code, int reg) {
        switch (mode) {
            case BITS64 -> code.writeBytes(new byte[] {(byte) (reg << 3 | 4), 0x25});
            case BITS32 -> code.write(reg << 3 | 5);
            case BITS16 -> code.write(reg << 3 | 6);
        }
        int address = mode == Mode.BITS16 ? LOOP_COUNTER - (int) NativeCpu.SCRATCH : LOOP_COUNTER;
        for (int i = 0; i < (mode == Mode.BITS16 ? 2 : 4); i++) {
            code.write(address >> 8 * i);
        }
    }

    private byte[] instruction(HostState start, SplittableRandom random, Values values) {
        return encode(forms.get(values.below(forms.size())), start, random, true);
    }

    /**
     * One instruction with what it needs loaded before it.
     *
     * @param always whether flags that it leaves undefined are made defined; else only if they matter
     */
    private byte[] encode(Form wanted, HostState start, SplittableRandom random, boolean always) {
        Form form = wanted;
        boolean define = always;
        while (true) {
            CaseBuilder built = CaseBuilder.build(form, random, start, 0);
            Tolerance tolerance = Tolerances.of(built);
            boolean manyParts = built.memoryOperand && built.form.hasManyParts();
            if (built.isRipRelative() || manyParts || tolerance.leavesResultsOpen()) {
                form = forms.get(random.nextInt(forms.size()));
                define = true;
                continue;
            }
            ByteArrayOutputStream code = new ByteArrayOutputStream();
            int pinned = built.pinned;
            if (form.usesStack()) {
                pinned |= 1 << CaseBuilder.SP;
            }
            for (int i = 0; i < 16; i++) {
                if ((pinned >> i & 1) != 0) {
                    load(code, i, built.test.input.r[i]);
                }
            }
            code.writeBytes(built.test.code);
            // CMP AL, imm8 defines all flags; of comparisons only AF is open, which no jump looks at and which all
            // clear
            boolean open = define ? tolerance.flags() != 0 : (tolerance.flags() & ~AUXILIARY) != 0;
            if (open) {
                code.writeBytes(new byte[] {0x3C, (byte) random.nextInt()});
            }
            return code.toByteArray();
        }
    }

    private void load(ByteArrayOutputStream code, int register, long value) {
        if (mode == Mode.BITS64) {
            code.write(register < 8 ? 0x48 : 0x49);
        } else if (mode == Mode.BITS16) {
            code.write(0x66);
        }
        code.write(0xB8 | register & 7);
        for (int i = 0; i < (mode == Mode.BITS64 ? 8 : 4); i++) {
            code.write((int) (value >>> 8 * i));
        }
    }

    /** Chunks of code that can be left out one by one, to find the smallest program that still shows a difference. */
    static final class Program {
        final TestCase start;
        final List<byte[]> chunks = new ArrayList<>();

        Program(Mode mode) {
            start = new TestCase(mode);
        }

        /** All chunks in a row, as far as they fit. */
        TestCase toCase() {
            return toCase(Collections.nCopies(chunks.size(), true));
        }

        /** The chunks that {@code keep} says. */
        TestCase toCase(List<Boolean> keep) {
            ByteArrayOutputStream code = new ByteArrayOutputStream();
            for (int i = 0; i < chunks.size(); i++) {
                if (keep.get(i) && code.size() + chunks.get(i).length <= NativeCpu.SNIPPET_MAX) {
                    code.writeBytes(chunks.get(i));
                }
            }
            TestCase test = new TestCase(start.mode);
            test.input.set(start.input);
            test.label = "program";
            test.mayTear = true;
            test.code = code.toByteArray();
            return test;
        }
    }
}
