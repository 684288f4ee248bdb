package org.margay.cpu.internal.interp;

import java.lang.invoke.MethodHandles;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** CMOVcc between registers and from memory, SETcc to a register. */
final class ConditionOp extends Template {
    static final int MOVE = 0, MOVE_MEMORY = 1, SET = 2;

    private static final int FORM = shape(MethodHandles.lookup(), 0);
    private static final int CONDITION = shape(MethodHandles.lookup(), 1);
    private static final int SIZE = shape(MethodHandles.lookup(), 2);

    private final byte destination;
    private final byte source;

    ConditionOp() {
        destination = 0;
        source = 0;
    }

    private ConditionOp(Insn insn) {
        super(insn);
        destination = (byte) (FORM == SET ? insn.rm : insn.reg);
        source = (byte) insn.rm;
    }

    @Override
    Op create(Insn insn) {
        return new ConditionOp(insn);
    }

    @Override
    public void execute(Cpu cpu) {
        if (FORM == SET) {
            setRegister(cpu, destination, 1, LazyFlags.condition(cpu, CONDITION) ? 1 : 0);
            return;
        }
        long value = FORM == MOVE ? cpu.r[source] : load(cpu, address(cpu), SIZE);
        setRegister(cpu, destination, SIZE, LazyFlags.condition(cpu, CONDITION) ? value : cpu.r[destination]);
    }
}
