package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.interp.FastOps;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Data transfer (SDM vol. 2, appendix A, tables ). */
public final class MoveTable implements TableFile {
    private static final String[] CONDITIONS = {
        "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
    };
    private static final String[] CONDITION_FLAGS = {"O", "C", "Z", "CZ", "S", "P", "SO", "ZSO"};

    /** The suffix of a condition's mnemonics. */
    static String condition(int code) {
        return CONDITIONS[code];
    }

    /** The flags that a condition looks at. */
    static String conditionFlags(int code) {
        return CONDITION_FLAGS[code >> 1];
    }

    @Override
    public void rows(TableBuilder table) {
        table.group("move");
        table.row("88 /r", "mov", "Eb:w Gb", Move.rmReg(1)).fast(FastOps.move(false));
        table.row("89 /r", "mov", "Ev:w Gv", Move.rmReg(0)).fast(FastOps.move(false));
        table.row("8A /r", "mov", "Gb:w Eb", Move.regRm(1)).fast(FastOps.move(false));
        table.row("8B /r", "mov", "Gv:w Ev", Move.regRm(0)).fast(FastOps.move(false));
        table.row("C6 /0 ib", "mov", "Eb:w Ib", Move.rmImm(1)).fast(FastOps.move(false));
        table.row("C7 /0 iz", "mov", "Ev:w Iz", Move.rmImm(0)).fast(FastOps.move(false));
        table.row("B0+r ib", "mov", "Zb:w Ib", Move.rmImm(1)).fast(FastOps.move(false));
        table.row("B8+r iv", "mov", "Zv:w Iv", Move.rmImm(0)).fast(FastOps.move(false));
        table.row("A0 mo", "mov", "AL:w Ob", Move.loadAccumulator(1));
        table.row("A1 mo", "mov", "rAX:w Ov", Move.loadAccumulator(0));
        table.row("A2 mo", "mov", "Ob:w AL", Move.storeAccumulator(1));
        table.row("A3 mo", "mov", "Ov:w rAX", Move.storeAccumulator(0));
        table.row("0F B6 /r", "movzx", "Gv:w Eb", Move.zeroExtend(1)).fast(FastOps.move(false));
        table.row("0F B7 /r", "movzx", "Gv:w Ew", Move.zeroExtend(2)).fast(FastOps.move(false));
        table.row("0F BE /r", "movsx", "Gv:w Eb", Move.signExtend(1)).fast(FastOps.move(true));
        table.row("0F BF /r", "movsx", "Gv:w Ew", Move.signExtend(2)).fast(FastOps.move(true));
        table.row("REX.W 63 /r", "movsxd", "Gv:w Ed", Move.signExtend(4))
                .fast(FastOps.move(true))
                .only64();
        table.row("W0 63 /r", "movsxd", "Gv:w Ev", Move.regRm(0)).only64();
        table.row("8D /r:mem", "lea", "Gv:w M", Move::lea).fast(FastOps::lea);
        table.row("D7", "xlat", "AL:rw", Move::xlat);
        table.group("move", Feature.CMOV);
        for (int code = 0; code < 16; code++) {
            table.row("0F %02X /r".formatted(0x40 + code), "cmov" + condition(code), "Gv:rw Ev", Move::cmov)
                    .fast(FastOps::cmov)
                    .reads(conditionFlags(code));
        }
        table.group("move");
        for (int code = 0; code < 16; code++) {
            table.row("0F %02X /r".formatted(0x90 + code), "set" + condition(code), "Eb:w", Move::setcc)
                    .fast(FastOps::setcc)
                    .reads(conditionFlags(code));
        }
        table.group("stack");
        table.row("d64 50+r", "push", "Zv", Move::pushRegister).fast(FastOps::push);
        table.row("d64 58+r", "pop", "Zv:w", Move::popRegister).fast(FastOps::pop);
        table.row("d64 68 iz", "push", "Iz", Move::pushImmediate).fast(FastOps::pushImmediate);
        table.row("d64 6A ib", "push", "Ib", Move::pushImmediate).fast(FastOps::pushImmediate);
        table.row("d64 FF /6", "push", "Ev", Move::pushRm);
        table.row("d64 8F /0", "pop", "Ev:w", Move::popRm);
        table.row("60", "pusha", "", Move::pusha).not64();
        table.row("61", "popa", "", Move::popa).not64();
        table.row("d64 C8 iw ib", "enter", "Iw Ib", Move::enter);
        table.row("d64 C9", "leave", "", Move::leave).fast(FastOps::leave);
        table.row("62 /r:mem", "bound", "Gv Ma", Move::bound).not64();
    }
}
