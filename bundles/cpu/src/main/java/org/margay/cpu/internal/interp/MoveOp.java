package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** MOV, MOVZX, MOVSX, MOVSXD and LEA. */
final class MoveOp extends Template {
    static final int REG_REG = 0, REG_IMM = 1, LOAD = 2, STORE = 3, STORE_IMM = 4, LEA = 5;

    private static final int FORM = shape(MethodHandles.lookup(), 0);
    /** Bytes of destination and source; the source's are negative when it is sign-extended. */
    private static final int SIZE = shape(MethodHandles.lookup(), 1);

    private static final int SOURCE_SIZE = Math.abs(shape(MethodHandles.lookup(), 2));
    private static final boolean SIGNED = shape(MethodHandles.lookup(), 2) < 0;

    private final byte destination;
    private final byte source;
    private final int immediate;

    MoveOp() {
        destination = 0;
        source = 0;
        immediate = 0;
    }

    private MoveOp(Insn insn) {
        super(insn, FORM == REG_IMM ? insn.immediate : insn.displacement);
        boolean regRm = Operands.destinationIsReg(insn);
        destination = (byte) (regRm ? insn.reg : insn.rm);
        source = (byte) (regRm ? insn.rm : insn.reg);
        immediate = FORM == STORE_IMM ? (int) insn.immediate : 0;
    }

    @Override
    Op create(Insn insn) {
        return new MoveOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        switch (FORM) {
            case REG_REG -> setRegister(cpu, destination, SIZE, widen(cpu.r[source]));
            case REG_IMM -> setRegister(cpu, destination, SIZE, constant());
            case LOAD -> setRegister(cpu, destination, SIZE, loaded(cpu));
            case STORE -> store(cpu, address(cpu), SIZE, cpu.r[source]);
            case STORE_IMM -> store(cpu, address(cpu), SIZE, immediate);
            default -> setRegister(cpu, destination, SIZE, offset(cpu));
        }
    }

    private static long widen(long value) {
        return SIGNED
                ? extend(value, SOURCE_SIZE)
                : switch (SOURCE_SIZE) {
                    case 1 -> value & 0xFF;
                    case 2 -> value & 0xFFFF;
                    case 4 -> value & 0xFFFF_FFFFL;
                    default -> value;
                };
    }

    private long loaded(Cpu cpu) {
        long linear = address(cpu);
        return switch (SOURCE_SIZE) {
            case 1 -> SIGNED ? (byte) cpu.mmu.load8(linear) : cpu.mmu.load8(linear);
            case 2 -> SIGNED ? (short) cpu.mmu.load16(linear) : cpu.mmu.load16(linear);
            case 4 -> SIGNED ? cpu.mmu.load32(linear) : cpu.mmu.load32(linear) & 0xFFFF_FFFFL;
            default -> cpu.mmu.load64(linear);
        };
    }
}
