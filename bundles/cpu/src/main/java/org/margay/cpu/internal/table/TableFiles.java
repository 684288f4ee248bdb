package org.margay.cpu.internal.table;

import java.util.List;
import org.margay.cpu.internal.fp.X87Table;
import org.margay.cpu.internal.integer.ArithmeticTable;
import org.margay.cpu.internal.integer.BitTable;
import org.margay.cpu.internal.integer.ControlTable;
import org.margay.cpu.internal.integer.MoveTable;
import org.margay.cpu.internal.integer.ShiftTable;
import org.margay.cpu.internal.integer.StringTable;
import org.margay.cpu.internal.simd.PackedIntegerTable;
import org.margay.cpu.internal.simd.Sse4Table;
import org.margay.cpu.internal.simd.SseFloatTable;
import org.margay.cpu.internal.simd.VectorMoveTable;
import org.margay.cpu.internal.system.SystemTable;
import org.margay.cpu.internal.system.TransferTable;

/** Every table file: a new area of the instruction set adds its line here. */
final class TableFiles {
    static final List<TableFile> ALL = List.of(
            new ArithmeticTable(),
            new ShiftTable(),
            new BitTable(),
            new MoveTable(),
            new StringTable(),
            new ControlTable(),
            new SystemTable(),
            new TransferTable(),
            new X87Table(),
            new VectorMoveTable(),
            new PackedIntegerTable(),
            new SseFloatTable(),
            new Sse4Table());

    private TableFiles() {}
}
