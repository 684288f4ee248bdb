package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.interp.FastOps;
import org.margay.cpu.internal.table.Row;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Shifts and rotates (SDM vol. 2, appendix A, table A-6, group 2). */
public final class ShiftTable implements TableFile {
    private static final Shift.Count IMMEDIATE = (_, insn) -> insn.immediate;
    private static final Shift.Count ONE = (_, _) -> 1;
    private static final Shift.Count CL = (cpu, _) -> cpu.r[Cpu.RCX];

    @Override
    public void rows(TableBuilder table) {
        table.group("shift");
        rotate(table, 0, "rol", Shift::rol, "");
        rotate(table, 1, "ror", Shift::ror, "");
        rotate(table, 2, "rcl", Shift::rcl, "C");
        rotate(table, 3, "rcr", Shift::rcr, "C");
        shift(table, 4, "shl", Shift::shl);
        shift(table, 5, "shr", Shift::shr);
        shift(table, 6, "sal", Shift::shl);
        shift(table, 7, "sar", Shift::sar);
        doubled(table.row("0F A4 /r ib", "shld", "Ev:rw Gv Ib", Shift.doubleShift(true, IMMEDIATE)));
        doubled(table.row("0F A5 /r", "shld", "Ev:rw Gv CL", Shift.doubleShift(true, CL)));
        doubled(table.row("0F AC /r ib", "shrd", "Ev:rw Gv Ib", Shift.doubleShift(false, IMMEDIATE)));
        doubled(table.row("0F AD /r", "shrd", "Ev:rw Gv CL", Shift.doubleShift(false, CL)));
    }

    private static void doubled(Row row) {
        // Also for a count of zero, when they are not written: so they are read, too.
        row.reads("OSZAPC").writes("SZPC").undefined("OA");
    }

    private static void rotate(TableBuilder table, int digit, String name, Operation operation, String reads) {
        for (int form = 0; form < 6; form++) {
            Row row = row(table, digit, name, operation, form).reads(reads);
            // OF is defined for a count of one only.
            if (form >= 2 && form < 4) {
                row.writes("OC");
            } else {
                row.reads("OC").writes("C").undefined("O");
            }
        }
    }

    private static void shift(TableBuilder table, int digit, String name, Operation operation) {
        for (int form = 0; form < 6; form++) {
            Row row = row(table, digit, name, operation, form);
            if (form >= 2 && form < 4) {
                row.writes("OSZPC").undefined("A");
            } else {
                row.reads("OSZAPC").writes("SZPC").undefined("OA");
            }
        }
    }

    /** Forms: by immediate, by one, by CL; each for bytes and for the operand size. */
    private static Row row(TableBuilder table, int digit, String name, Operation operation, int form) {
        boolean bytes = (form & 1) == 0;
        int opcode = new int[] {0xC0, 0xC1, 0xD0, 0xD1, 0xD2, 0xD3}[form];
        Shift.Count count = form < 2 ? IMMEDIATE : form < 4 ? ONE : CL;
        String source = form < 2 ? "Ib" : form < 4 ? "1" : "CL";
        return table.row(
                        "%02X /%d%s".formatted(opcode, digit, form < 2 ? " ib" : ""),
                        name,
                        (bytes ? "Eb:rw " : "Ev:rw ") + source,
                        Shift.handler(operation, bytes ? 1 : 0, count))
                .fast(digit == 2 || digit == 3 ? _ -> null : FastOps.shift(digit));
    }
}
