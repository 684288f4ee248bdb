package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** ADD and its seven sisters, in all their encodings (SDM vol. 2, appendix A, table A-2). */
public final class ArithmeticTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        table.group("arithmetic");
        binary(table, 0x00, "add", Arithmetic::add);
    }

    private static void binary(TableBuilder table, int opcode, String name, BinaryOperation operation) {
        table.row("%02X /r".formatted(opcode), name, "Eb:rw Gb", operation.rmReg(1)).lockable().writes("OSZAPC");
        table.row("%02X /r".formatted(opcode + 1), name, "Ev:rw Gv", operation.rmReg(0)).lockable().writes("OSZAPC");
    }
}
