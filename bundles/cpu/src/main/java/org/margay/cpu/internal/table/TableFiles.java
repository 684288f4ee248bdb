package org.margay.cpu.internal.table;

import java.util.List;
import org.margay.cpu.internal.integer.ArithmeticTable;

/** Every table file: a new area of the instruction set adds its line here. */
final class TableFiles {
    static final List<TableFile> ALL = List.of(new ArithmeticTable());

    private TableFiles() {}
}
