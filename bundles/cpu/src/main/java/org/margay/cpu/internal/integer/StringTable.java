package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** String instructions and ports (SDM vol. 2, appendix A, table A-2). */
public final class StringTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        table.group("string");
        table.row("A4", "movs", "Yb:w Xb", Strings.bulk(1, Strings::movs, BulkStrings::movs))
                .rep()
                .reads("D");
        table.row("A5", "movs", "Yv:w Xv", Strings.bulk(0, Strings::movs, BulkStrings::movs))
                .rep()
                .reads("D");
        table.row("A6", "cmps", "Xb Yb", Strings.compared(1, Strings::cmps))
                .rep()
                .reads("D")
                .writes("OSZAPC");
        table.row("A7", "cmps", "Xv Yv", Strings.compared(0, Strings::cmps))
                .rep()
                .reads("D")
                .writes("OSZAPC");
        table.row("AA", "stos", "Yb:w AL", Strings.bulk(1, Strings::stos, BulkStrings::stos))
                .rep()
                .reads("D");
        table.row("AB", "stos", "Yv:w rAX", Strings.bulk(0, Strings::stos, BulkStrings::stos))
                .rep()
                .reads("D");
        table.row("AC", "lods", "AL:w Xb", Strings.repeated(1, Strings::lods))
                .rep()
                .reads("D");
        table.row("AD", "lods", "rAX:w Xv", Strings.repeated(0, Strings::lods))
                .rep()
                .reads("D");
        table.row("AE", "scas", "AL Yb", Strings.compared(1, Strings::scas))
                .rep()
                .reads("D")
                .writes("OSZAPC");
        table.row("AF", "scas", "rAX Yv", Strings.compared(0, Strings::scas))
                .rep()
                .reads("D")
                .writes("OSZAPC");
        table.group("port");
        table.row("6C", "ins", "Yb:w DX", Strings.ported(1, Strings::ins))
                .rep()
                .reads("D")
                .system()
                .endsBlock();
        table.row("6D", "ins", "Yz:w DX", Strings.ported(0, Strings::ins))
                .rep()
                .reads("D")
                .system()
                .endsBlock();
        table.row("6E", "outs", "DX Xb", Strings.ported(1, Strings::outs))
                .rep()
                .reads("D")
                .system()
                .endsBlock();
        table.row("6F", "outs", "DX Xz", Strings.ported(0, Strings::outs))
                .rep()
                .reads("D")
                .system()
                .endsBlock();
        table.row("E4 ib", "in", "AL:w Ib", Strings.in(1, true)).system().endsBlock();
        table.row("E5 ib", "in", "eAX:w Ib", Strings.in(0, true)).system().endsBlock();
        table.row("EC", "in", "AL:w DX", Strings.in(1, false)).system().endsBlock();
        table.row("ED", "in", "eAX:w DX", Strings.in(0, false)).system().endsBlock();
        table.row("E6 ib", "out", "Ib AL", Strings.out(1, true)).system().endsBlock();
        table.row("E7 ib", "out", "Ib eAX", Strings.out(0, true)).system().endsBlock();
        table.row("EE", "out", "DX AL", Strings.out(1, false)).system().endsBlock();
        table.row("EF", "out", "DX eAX", Strings.out(0, false)).system().endsBlock();
    }
}
