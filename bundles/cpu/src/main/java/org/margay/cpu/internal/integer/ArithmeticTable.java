package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.interp.FastOps;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.Row;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Binary and decimal arithmetic, logic and comparison (SDM vol. 2, appendix A, tables ). */
public final class ArithmeticTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        table.group("arithmetic");
        binary(table, 0, "add", Arithmetic::add, "", "");
        binary(table, 1, "or", Arithmetic::or, "", "A");
        binary(table, 2, "adc", Arithmetic::adc, "C", "");
        binary(table, 3, "sbb", Arithmetic::sbb, "C", "");
        binary(table, 4, "and", Arithmetic::and, "", "A");
        binary(table, 5, "sub", Arithmetic::sub, "", "");
        binary(table, 6, "xor", Arithmetic::xor, "", "A");
        Operation.Comparison cmp = Arithmetic::cmp;
        flags(table.row("38 /r", "cmp", "Eb Gb", cmp.rmReg(1)).fast(FastOps.binary(7)), "");
        flags(table.row("39 /r", "cmp", "Ev Gv", cmp.rmReg(0)).fast(FastOps.binary(7)), "");
        flags(table.row("3A /r", "cmp", "Gb Eb", cmp.regRm(1)).fast(FastOps.binary(7)), "");
        flags(table.row("3B /r", "cmp", "Gv Ev", cmp.regRm(0)).fast(FastOps.binary(7)), "");
        flags(table.row("3C ib", "cmp", "AL Ib", cmp.accImm(1)).fast(FastOps.binary(7)), "");
        flags(table.row("3D iz", "cmp", "rAX Iz", cmp.accImm(0)).fast(FastOps.binary(7)), "");
        flags(table.row("80 /7 ib", "cmp", "Eb Ib", cmp.rmImm(1)).fast(FastOps.binary(7)), "");
        flags(table.row("82 /7 ib", "cmp", "Eb Ib", cmp.rmImm(1)).fast(FastOps.binary(7)), "")
                .not64();
        flags(table.row("81 /7 iz", "cmp", "Ev Iz", cmp.rmImm(0)).fast(FastOps.binary(7)), "");
        flags(table.row("83 /7 ib", "cmp", "Ev Ib", cmp.rmImm(0)).fast(FastOps.binary(7)), "");
        Operation.Comparison test = Arithmetic::test;
        flags(table.row("84 /r", "test", "Eb Gb", test.rmReg(1)).fast(FastOps.binary(8)), "A");
        flags(table.row("85 /r", "test", "Ev Gv", test.rmReg(0)).fast(FastOps.binary(8)), "A");
        flags(table.row("A8 ib", "test", "AL Ib", test.accImm(1)).fast(FastOps.binary(8)), "A");
        flags(table.row("A9 iz", "test", "rAX Iz", test.accImm(0)).fast(FastOps.binary(8)), "A");
        for (int digit = 0; digit < 2; digit++) {
            flags(
                    table.row("F6 /%d ib".formatted(digit), "test", "Eb Ib", test.rmImm(1))
                            .fast(FastOps.binary(8)),
                    "A");
            flags(
                    table.row("F7 /%d iz".formatted(digit), "test", "Ev Iz", test.rmImm(0))
                            .fast(FastOps.binary(8)),
                    "A");
        }
        unary(table);
        multiplication(table);
        table.group("bcd");
        table.row("27", "daa", "", Decimal::daa)
                .not64()
                .reads("AC")
                .writes("SZAPC")
                .undefined("O");
        table.row("2F", "das", "", Decimal::das)
                .not64()
                .reads("AC")
                .writes("SZAPC")
                .undefined("O");
        table.row("37", "aaa", "", Decimal::aaa).not64().reads("A").writes("AC").undefined("OSZP");
        table.row("3F", "aas", "", Decimal::aas).not64().reads("A").writes("AC").undefined("OSZP");
        table.row("D4 ib", "aam", "Ib", Decimal::aam).not64().writes("SZP").undefined("OAC");
        table.row("D5 ib", "aad", "Ib", Decimal::aad).not64().writes("SZP").undefined("OAC");
        exchange(table);
    }

    private static void binary(
            TableBuilder table, int number, String name, Operation operation, String reads, String undefined) {
        int base = number << 3;
        row(table, "%02X /r".formatted(base), name, "Eb:rw Gb", operation.rmReg(1), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable();
        row(table, "%02X /r".formatted(base + 1), name, "Ev:rw Gv", operation.rmReg(0), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable();
        row(table, "%02X /r".formatted(base + 2), name, "Gb:rw Eb", operation.regRm(1), reads, undefined)
                .fast(FastOps.binary(number));
        row(table, "%02X /r".formatted(base + 3), name, "Gv:rw Ev", operation.regRm(0), reads, undefined)
                .fast(FastOps.binary(number));
        row(table, "%02X ib".formatted(base + 4), name, "AL:rw Ib", operation.accImm(1), reads, undefined)
                .fast(FastOps.binary(number));
        row(table, "%02X iz".formatted(base + 5), name, "rAX:rw Iz", operation.accImm(0), reads, undefined)
                .fast(FastOps.binary(number));
        row(table, "80 /%d ib".formatted(number), name, "Eb:rw Ib", operation.rmImm(1), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable();
        row(table, "82 /%d ib".formatted(number), name, "Eb:rw Ib", operation.rmImm(1), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable()
                .not64();
        row(table, "81 /%d iz".formatted(number), name, "Ev:rw Iz", operation.rmImm(0), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable();
        row(table, "83 /%d ib".formatted(number), name, "Ev:rw Ib", operation.rmImm(0), reads, undefined)
                .fast(FastOps.binary(number))
                .lockable();
    }

    private static Row row(
            TableBuilder table,
            String encoding,
            String name,
            String operands,
            Handler handler,
            String reads,
            String undefined) {
        return flags(table.row(encoding, name, operands, handler), undefined).reads(reads);
    }

    /** All six written, but for those undefined. */
    private static Row flags(Row row, String undefined) {
        return row.writes(undefined.isEmpty() ? "OSZAPC" : "OSZPC").undefined(undefined);
    }

    private static void unary(TableBuilder table) {
        Operation inc = Arithmetic::inc;
        Operation dec = Arithmetic::dec;
        Operation not = Arithmetic::not;
        Operation neg = Arithmetic::neg;
        table.row("40+r", "inc", "Zv:rw", inc.rm(0))
                .fast(FastOps.unary(0))
                .not64()
                .writes("OSZAP");
        table.row("48+r", "dec", "Zv:rw", dec.rm(0))
                .fast(FastOps.unary(1))
                .not64()
                .writes("OSZAP");
        table.row("FE /0", "inc", "Eb:rw", inc.rm(1))
                .fast(FastOps.unary(0))
                .lockable()
                .writes("OSZAP");
        table.row("FF /0", "inc", "Ev:rw", inc.rm(0))
                .fast(FastOps.unary(0))
                .lockable()
                .writes("OSZAP");
        table.row("FE /1", "dec", "Eb:rw", dec.rm(1))
                .fast(FastOps.unary(1))
                .lockable()
                .writes("OSZAP");
        table.row("FF /1", "dec", "Ev:rw", dec.rm(0))
                .fast(FastOps.unary(1))
                .lockable()
                .writes("OSZAP");
        table.row("F6 /2", "not", "Eb:rw", not.rm(1)).fast(FastOps.unary(3)).lockable();
        table.row("F7 /2", "not", "Ev:rw", not.rm(0)).fast(FastOps.unary(3)).lockable();
        table.row("F6 /3", "neg", "Eb:rw", neg.rm(1))
                .fast(FastOps.unary(2))
                .lockable()
                .writes("OSZAPC");
        table.row("F7 /3", "neg", "Ev:rw", neg.rm(0))
                .fast(FastOps.unary(2))
                .lockable()
                .writes("OSZAPC");
    }

    private static void multiplication(TableBuilder table) {
        table.group("multiply");
        table.row("F6 /4", "mul", "AX:w AL Eb", Multiplication::mul8)
                .writes("OC")
                .undefined("SZAP");
        table.row("F7 /4", "mul", "rDX:w rAX:rw Ev", Multiplication::mul)
                .writes("OC")
                .undefined("SZAP");
        table.row("F6 /5", "imul", "AX:w AL Eb", Multiplication::imul8)
                .writes("OC")
                .undefined("SZAP");
        table.row("F7 /5", "imul", "rDX:w rAX:rw Ev", Multiplication::imul)
                .writes("OC")
                .undefined("SZAP");
        table.row("F6 /6", "div", "AX:rw Eb", Multiplication::div8).undefined("OSZAPC");
        table.row("F7 /6", "div", "rDX:rw rAX:rw Ev", Multiplication::div).undefined("OSZAPC");
        table.row("F6 /7", "idiv", "AX:rw Eb", Multiplication::idiv8).undefined("OSZAPC");
        table.row("F7 /7", "idiv", "rDX:rw rAX:rw Ev", Multiplication::idiv).undefined("OSZAPC");
        table.row("0F AF /r", "imul", "Gv:rw Ev", Multiplication::imul2)
                .fast(FastOps.multiply(false))
                .writes("OC")
                .undefined("SZAP");
        table.row("69 /r iz", "imul", "Gv:w Ev Iz", Multiplication::imul3)
                .fast(FastOps.multiply(true))
                .writes("OC")
                .undefined("SZAP");
        table.row("6B /r ib", "imul", "Gv:w Ev Ib", Multiplication::imul3)
                .fast(FastOps.multiply(true))
                .writes("OC")
                .undefined("SZAP");
        table.group("arithmetic");
        table.row("98", "cbw", "rAX:rw", Multiplication::extendAccumulator);
        table.row("99", "cwd", "rDX:w rAX", Multiplication::extendToData);
    }

    private static void exchange(TableBuilder table) {
        table.group("exchange");
        table.row("0F C0 /r", "xadd", "Eb:rw Gb:rw", Exchange.xadd(1))
                .lockable()
                .writes("OSZAPC");
        table.row("0F C1 /r", "xadd", "Ev:rw Gv:rw", Exchange.xadd(0))
                .lockable()
                .writes("OSZAPC");
        table.row("0F B0 /r", "cmpxchg", "Eb:rw Gb AL:rw", Exchange.cmpxchg(1))
                .lockable()
                .writes("OSZAPC");
        table.row("0F B1 /r", "cmpxchg", "Ev:rw Gv rAX:rw", Exchange.cmpxchg(0))
                .lockable()
                .writes("OSZAPC");
        table.row("86 /r", "xchg", "Eb:rw Gb:rw", Exchange.xchg(1)).lockable();
        table.row("87 /r", "xchg", "Ev:rw Gv:rw", Exchange.xchg(0)).lockable();
        table.row("90+r", "xchg", "rAX:rw Zv:rw", Exchange::xchgAccumulator);
        table.group("exchange", Feature.CX8);
        table.row("0F C7 /1:mem", "cmpxchg8b", "M:rw", Exchange::cmpxchg8b)
                .lockable()
                .writes("Z");
        table.group("exchange", Feature.CX16);
        table.row("REX.W 0F C7 /1:mem", "cmpxchg16b", "M:rw", Exchange::cmpxchg16b)
                .only64()
                .lockable()
                .writes("Z");
    }
}
