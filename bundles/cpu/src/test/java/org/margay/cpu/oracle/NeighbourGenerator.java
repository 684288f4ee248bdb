package org.margay.cpu.oracle;

import java.io.ByteArrayOutputStream;

/**
 * Random lines of instructions that reach memory by one and the same register, which moves now and then: frames on the stack, fields,
 * neighbours in an array. A translator likes to take such accesses together. Near the end of a page, so that they lie in two now and then.
 */
final class NeighbourGenerator {
    private static final int MOV_STORE = 0x88, MOV_LOAD = 0x8A, ADD_STORE = 0x00, ADD_LOAD = 0x02, CMP_LOAD = 0x3A;
    private static final int[] ACCESSES = {MOV_STORE, MOV_LOAD, MOV_STORE, MOV_LOAD, ADD_STORE, ADD_LOAD, CMP_LOAD};
    private static final int LEA = 0x8D;

    private final Mode mode;

    /** Bytes of a whole register. */
    private final int word;

    private final Values values;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    /** The register that all accesses go by. */
    private final int base;

    private NeighbourGenerator(Mode mode, Values values) {
        this.mode = mode;
        word = mode == Mode.BITS64 ? 8 : 4;
        this.values = values;
        base = values.chance(60) ? CaseBuilder.SP : registerBut(CaseBuilder.SP);
    }

    /** Three to eight instructions for a mode of 32 or 64 bits, before them what the register points to. */
    static byte[] line(Mode mode, Values values) {
        return new NeighbourGenerator(mode, values).line();
    }

    private byte[] line() {
        long place = base == CaseBuilder.SP ? CaseBuilder.STACK : CaseBuilder.TARGET;
        load(place + values.below(0x80) - 0x40 & (values.chance(80) ? -8 : -1));
        for (int i = values.below(6) + 3; i > 0; i--) {
            if (values.chance(60)) {
                access();
            } else if (values.chance(20)) {
                nearAddress();
            } else if (base == CaseBuilder.SP && values.chance(75)) {
                pushOrPop();
            } else {
                move();
            }
        }
        return code.toByteArray();
    }

    private void load(long address) {
        rex(word, 0);
        code.write(0xB8 | base & 7);
        for (int i = 0; i < word; i++) {
            code.write((int) (address >>> 8 * i));
        }
    }

    private void access() {
        int size = 1 << values.below(mode == Mode.BITS64 ? 4 : 3);
        int opcode = ACCESSES[values.below(ACCESSES.length)];
        if (size == 2) {
            code.write(0x66);
        }
        // Without REX, 4 to 7 are the high bytes of the first four registers.
        int register = size == 1 && mode == Mode.BITS32 ? values.below(4) : registerBut(base);
        if (size == 1 && mode == Mode.BITS32 && register == base) {
            register = register + 1 & 3;
        }
        operand(size, size == 1 ? opcode : opcode | 1, register);
    }

    /** LEA of another register: it does not move the base. */
    private void nearAddress() {
        operand(word, LEA, registerBut(base));
    }

    /** The base moves: LEA of itself, or ADD. */
    private void move() {
        if (values.chance(50)) {
            operand(word, LEA, base);
        } else {
            rex(word, 0);
            code.write(0x83);
            code.write(0xC0 | base & 7);
            code.write(values.below(0x30) - 0x18);
        }
    }

    private void pushOrPop() {
        int register = registerBut(CaseBuilder.SP);
        if (register >= 8) {
            code.write(0x41);
        }
        code.write((values.chance(60) ? 0x50 : 0x58) | register & 7);
    }

    /** An opcode with a register and [base+displacement] (SDM vol. 2, 2.1.5). */
    private void operand(int size, int opcode, int register) {
        rex(size, register);
        code.write(opcode);
        code.write(0x40 | (register & 7) << 3 | base & 7);
        if ((base & 7) == CaseBuilder.SP) {
            code.write(0x24);
        }
        code.write(values.below(0x60) - 0x30);
    }

    private void rex(int size, int register) {
        if (mode == Mode.BITS64) {
            code.write(0x40 | (size == 8 ? 8 : 0) | register >> 3 << 2 | base >> 3);
        }
    }

    private int registerBut(int other) {
        int count = mode == Mode.BITS64 ? 16 : 8;
        int register = values.below(count - 2);
        // Neither the other one nor the stack pointer.
        while (register == other || register == CaseBuilder.SP) {
            register = (register + 1) % count;
        }
        return register;
    }
}
