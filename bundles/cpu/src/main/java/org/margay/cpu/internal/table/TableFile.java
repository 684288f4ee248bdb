package org.margay.cpu.internal.table;

/** The rows of one area of the instruction set. */
@FunctionalInterface
public interface TableFile {
    void rows(TableBuilder table);
}
