package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.T0;
import static org.margay.cpu.internal.jit.CodeWriter.T1;
import static org.margay.cpu.internal.jit.CodeWriter.T2;

import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand.Place;

/** Writes the code of SSE moves. */
final class SseMoveEmitter extends SseOperands {
    SseMoveEmitter(CodeWriter writer) {
        super(writer);
    }

    void moveWhole(Insn insn, boolean aligned) {
        if (!stores(insn)) {
            source(insn, aligned);
            move(insn.reg, insn.isMemory() ? -1 : insn.rm);
        } else if (!insn.isMemory()) {
            get(insn.reg, 0);
            cb.lstore(T0);
            get(insn.reg, 1);
            cb.lstore(T1);
            move(insn.rm, insn.reg);
        } else {
            hostAddress(insn, aligned, true);
            get(insn.reg, 0);
            cb.lstore(T0);
            get(insn.reg, 1);
            cb.lstore(T1);
            w.memory.storeHost(T2, 8, T0);
            cb.lload(T2).loadConstant(8L).ladd().lstore(T2);
            w.memory.storeHost(T2, 8, T1);
        }
    }

    /** T0 and T1 to a register; they came from another one, or from memory. */
    private void move(int to, int from) {
        long known = from < 0 ? 0 : w.ordinary >>> 2 * from & 3;
        cb.lload(T0);
        set(to, 0);
        cb.lload(T1);
        set(to, 1);
        w.ordinary |= known << 2 * to;
    }

    void storeHalf(Insn insn, int register, int half, int size) {
        w.memory.storeOperand(insn, size, () -> get(register, half));
    }

    void moveScalar(Insn insn, int size) {
        boolean store = stores(insn);
        if (insn.isMemory()) {
            if (store) {
                storeHalf(insn, insn.reg, 0, size);
            } else {
                pushScalar(insn, size);
                set(insn.reg, 0);
                cb.loadConstant(0L);
                setOrdinary(insn.reg, 1);
            }
            return;
        }
        int to = store ? insn.rm : insn.reg;
        int from = store ? insn.reg : insn.rm;
        if (size == 8) {
            boolean known = isOrdinary(from, 0);
            get(from, 0);
            set(to, 0);
            w.ordinary |= known ? 1L << 2 * to : 0;
        } else {
            get(to, 0);
            cb.loadConstant(~LOW32).land();
            get(from, 0);
            cb.loadConstant(LOW32).land().lor();
            set(to, 0);
        }
    }

    void moveGeneral(Insn insn) {
        int size = insn.operandSize == 8 ? 8 : 4;
        if (Traits.place(insn, 0) == Place.E) {
            if (insn.isMemory()) {
                storeHalf(insn, insn.reg, 0, size);
            } else {
                get(insn.reg, 0);
                w.popRegister(insn, insn.rm, size);
            }
            return;
        }
        if (insn.isMemory()) {
            w.memory.pushOperand(insn, size);
        } else {
            w.pushRegister(insn.rm);
        }
        if (size == 4) {
            cb.loadConstant(LOW32).land();
        }
        set(insn.reg, 0);
        cb.loadConstant(0L);
        set(insn.reg, 1);
    }

    /** Moves of less than a register, and MOVDDUP. */
    void movePart(Insn insn, String mnemonic) {
        int d = insn.reg;
        switch (mnemonic) {
            case "movsd", "movss" -> moveScalar(insn, mnemonic.equals("movsd") ? 8 : 4);
            case "movq" -> {
                if (!stores(insn)) {
                    pushScalar(insn, 8);
                    set(d, 0);
                    cb.loadConstant(0L);
                    set(d, 1);
                } else if (insn.isMemory()) {
                    storeHalf(insn, d, 0, 8);
                } else {
                    get(d, 0);
                    set(insn.rm, 0);
                    cb.loadConstant(0L);
                    set(insn.rm, 1);
                }
            }
            case "movd" -> moveGeneral(insn);
            case "movnti" -> {
                int size = insn.operandSize == 8 ? 8 : 4;
                w.memory.storeOperand(insn, size, () -> w.pushRegister(insn.reg));
            }
            case "movlps", "movlpd", "movhps", "movhpd" -> {
                int half = mnemonic.charAt(3) == 'h' ? 1 : 0;
                if (stores(insn)) {
                    storeHalf(insn, d, half, 8);
                } else {
                    w.memory.pushOperand(insn, 8);
                    set(d, half);
                }
            }
            case "movhlps" -> {
                get(insn.rm, 1);
                set(d, 0);
            }
            case "movlhps" -> {
                get(insn.rm, 0);
                set(d, 1);
            }
            case "movddup" -> {
                pushScalar(insn, 8);
                cb.lstore(T0).lload(T0);
                set(d, 0);
                cb.lload(T0);
                set(d, 1);
            }
            default -> throw new IllegalArgumentException(mnemonic);
        }
    }
}
