package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Instructions on single bits and on the order of bytes (SDM vol. 2, appendix A, table A-3). */
public final class BitTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        table.group("bits");
        table.row("0F A3 /r", "bt", "Ev Gv", Bits.test(false)).writes("C").undefined("OSAP");
        table.row("0F BA /4 ib", "bt", "Ev Ib", Bits.test(true)).writes("C").undefined("OSAP");
        change(table, "0F AB /r", "0F BA /5 ib", "bts", (value, mask) -> value | mask);
        change(table, "0F B3 /r", "0F BA /6 ib", "btr", (value, mask) -> value & ~mask);
        change(table, "0F BB /r", "0F BA /7 ib", "btc", (value, mask) -> value ^ mask);
        table.row("0F BC /r", "bsf", "Gv:rw Ev", Bits::bsf).writes("Z").undefined("OSAPC");
        table.row("0F BD /r", "bsr", "Gv:rw Ev", Bits::bsr).writes("Z").undefined("OSAPC");
        table.row("0F C8+r", "bswap", "Zy:rw", Bits::bswap);
        table.group("bits", Feature.POPCNT);
        table.row("F3 0F B8 /r", "popcnt", "Gv:w Ev", Bits::popcnt).writes("OSZAPC");
        table.group("bits", Feature.ABM);
        table.row("F3 0F BD /r", "lzcnt", "Gv:w Ev", Bits::lzcnt).writes("ZC").undefined("OSAP");
        table.group("bits", Feature.MOVBE);
        for (String prefix : new String[] {"NP", "66"}) { // F2 makes it CRC32
            table.row(prefix + " 0F 38 F0 /r:mem", "movbe", "Gv:w Mv", Bits::movbeLoad);
            table.row(prefix + " 0F 38 F1 /r:mem", "movbe", "Mv:w Gv", Bits::movbeStore);
        }
        table.group("bits", Feature.SSE4_2);
        table.row("F2 0F 38 F0 /r", "crc32", "Gy:rw Eb", Bits.crc32(1));
        table.row("F2 0F 38 F1 /r", "crc32", "Gy:rw Ev", Bits.crc32(0));
    }

    private static void change(TableBuilder table, String register, String immediate, String name, Bits.Change change) {
        table.row(register, name, "Ev:rw Gv", Bits.change(false, change))
                .lockable()
                .writes("C")
                .undefined("OSAP");
        table.row(immediate, name, "Ev:rw Ib", Bits.change(true, change))
                .lockable()
                .writes("C")
                .undefined("OSAP");
    }
}
