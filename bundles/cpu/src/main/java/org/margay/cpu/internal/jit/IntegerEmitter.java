package org.margay.cpu.internal.jit;

import static org.margay.cpu.internal.jit.CodeWriter.T0;

import java.lang.classfile.Label;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Operand;
import org.margay.cpu.internal.table.Operand.Place;

/**
 * Writes the code of integer instructions that are no transfers. Whatever may leave the region in the middle of one (a
 * memory access, a division) comes before anything that it changes.
 */
final class IntegerEmitter extends IntegerOperands {
    private final ArithmeticEmitter arithmetic;
    private final ShiftEmitter shifts;
    private final StackEmitter stack;
    private final BitEmitter bits;
    private final ExchangeEmitter exchanges;

    IntegerEmitter(CodeWriter writer) {
        super(writer);
        arithmetic = new ArithmeticEmitter(writer);
        shifts = new ShiftEmitter(writer);
        stack = new StackEmitter(writer);
        bits = new BitEmitter(writer);
        exchanges = new ExchangeEmitter(writer);
    }

    /** Whether {@link #emit} knows an instruction; to be asked before any code is written. */
    static boolean knows(Insn insn) {
        if (insn.rep && !Traits.mnemonic(insn).equals("nop") && !isCount(insn) || !Traits.isAddressable(insn)) {
            return false;
        }
        boolean wide = insn.operandSize >= 4;
        boolean plainStack = insn.flat && insn.operandSize == Traits.pointerSize(insn);
        return switch (Traits.mnemonic(insn)) {
            case "mov" ->
                Traits.row(insn).group().equals("move")
                        && Traits.place(insn, 0) != Place.O
                        && Traits.place(insn, 1) != Place.O;
            case "movzx", "movsx", "movsxd", "lea", "nop", "prefetch" -> true;
            case "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test", "inc", "dec", "neg", "not" -> true;
            case "shl", "sal", "shr", "sar" -> true;
            case "rol", "ror" -> Traits.size(insn, 0) >= 4;
            case "imul" -> isTwoOperand(insn) || wide && !isByteForm(insn);
            case "mul", "div", "idiv" -> wide && !isByteForm(insn);
            case "cbw", "cwd" -> true;
            case "push" -> plainStack;
            case "pop" ->
                plainStack && !insn.isMemory() && Traits.row(insn).group().equals("stack");
            case "leave" -> plainStack;
            case "bswap" -> wide;
            case "bt", "bts", "btr", "btc" -> insn.addressSize == Traits.pointerSize(insn);
            case "bsf", "bsr" -> true;
            case "popcnt" -> true;
            case "xchg", "xadd", "cmpxchg", "cmpxchg16b" -> true;
            default ->
                Traits.mnemonic(insn).startsWith("set")
                                && Traits.row(insn).group().equals("move")
                        || Traits.mnemonic(insn).startsWith("cmov");
        };
    }

    /** Of MUL, IMUL, DIV and IDIV with one operand: works on AX. */
    private static boolean isByteForm(Insn insn) {
        return insn.row != null && insn.row.operands().getFirst().size() == Operand.Size.B2;
    }

    private static boolean isCount(Insn insn) {
        return Traits.mnemonic(insn).equals("popcnt");
    }

    private static boolean isTwoOperand(Insn insn) {
        return Traits.place(insn, 0) == Place.G;
    }

    /** Whether it leaves something on top of the flags of another operation. */
    static boolean putsOnTop(Insn insn) {
        return switch (Traits.mnemonic(insn)) {
            case "inc", "dec", "rol", "ror", "bt", "bts", "btr", "btc", "bsf", "bsr", "cmpxchg16b" -> true;
            default -> false;
        };
    }

    void emit(Insn insn) {
        String mnemonic = Traits.mnemonic(insn);
        switch (mnemonic) {
            case "mov" -> move(insn);
            case "movzx" -> extend(insn, false);
            case "movsx", "movsxd" -> extend(insn, true);
            case "lea" -> {
                w.memory.pushOffset(insn);
                w.popRegister(insn, insn.reg, insn.operandSize);
            }
            case "nop", "prefetch" -> {}
            case "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test" -> arithmetic.binary(insn, mnemonic);
            case "inc", "dec", "neg", "not" -> arithmetic.unary(insn, mnemonic);
            case "shl", "sal", "shr", "sar", "rol", "ror" -> shifts.shift(insn, mnemonic);
            case "imul" -> {
                if (isTwoOperand(insn)) {
                    arithmetic.multiplyTruncated(insn);
                } else {
                    arithmetic.multiply(insn, true);
                }
            }
            case "mul" -> arithmetic.multiply(insn, false);
            case "div" -> arithmetic.divide(insn, false);
            case "idiv" -> arithmetic.divide(insn, true);
            case "cbw" -> {
                w.pushRegister(Cpu.RAX);
                signExtend(insn.operandSize / 2);
                w.popRegister(insn, Cpu.RAX, insn.operandSize);
            }
            case "cwd" -> {
                w.pushRegister(Cpu.RAX);
                signExtend(insn.operandSize);
                cb.loadConstant(LONG_SHIFT).lshr();
                w.popRegister(insn, Cpu.RDX, insn.operandSize);
            }
            case "push" -> stack.push(insn);
            case "pop" -> stack.pop(insn);
            case "leave" -> stack.leave(insn);
            case "bswap" -> bits.byteSwap(insn);
            case "bt", "bts", "btr", "btc" -> bits.bit(insn, mnemonic);
            case "bsf", "bsr" -> bits.scan(insn, mnemonic.equals("bsf"));
            case "popcnt" -> bits.count(insn);
            case "xchg" -> exchanges.exchange(insn);
            case "xadd" -> arithmetic.exchangeAndAdd(insn);
            case "cmpxchg" -> exchanges.compareAndExchange(insn);
            case "cmpxchg16b" -> exchanges.compareAndExchange16(insn);
            default -> {
                if (mnemonic.startsWith("set")) {
                    set(insn);
                } else {
                    conditionalMove(insn);
                }
            }
        }
    }

    private void move(Insn insn) {
        int size = Traits.size(insn, 0);
        Place source = Traits.place(insn, 1);
        if (toMemory(insn)) {
            w.memory.storeOperand(insn, size, () -> {
                if (source == Place.I) {
                    cb.loadConstant(insn.immediate);
                } else {
                    w.pushRegister(insn, insn.reg, size);
                }
            });
            return;
        }
        if (source == Place.I) {
            cb.loadConstant(insn.immediate);
        } else if (source == Place.G) {
            w.pushRegister(insn, insn.reg, size);
        } else {
            pushSource(insn, size);
        }
        w.popRegister(insn, destination(insn), size);
    }

    private void extend(Insn insn, boolean signed) {
        int from = Traits.size(insn, 1);
        pushSource(insn, from);
        if (signed) {
            signExtend(from);
        } else {
            zeroExtend(from);
        }
        w.popRegister(insn, insn.reg, insn.operandSize);
    }

    private void set(Insn insn) {
        w.pushCondition(insn.opcode & 15);
        cb.i2l();
        if (insn.isMemory()) {
            cb.lstore(T0);
            w.memory.storeOperand(insn, 1, () -> cb.lload(T0));
        } else {
            w.popRegister(insn, insn.rm, 1);
        }
    }

    /** The source is read, and may fault, in any case; 4 bytes clear the upper half in any case. */
    private void conditionalMove(Insn insn) {
        int size = insn.operandSize;
        pushSource(insn, size);
        cb.lstore(T0);
        Label no = cb.newLabel();
        Label end = cb.newLabel();
        w.branchIf(insn.opcode & 15 ^ 1, no);
        cb.lload(T0).goto_(end).labelBinding(no);
        w.pushRegister(insn.reg);
        cb.labelBinding(end);
        w.popRegister(insn, insn.reg, size);
    }

    /** Pushes T0 on the guest's stack. */
    void pushLocal(Insn insn, int size) {
        stack.pushLocal(insn, size);
    }
}
