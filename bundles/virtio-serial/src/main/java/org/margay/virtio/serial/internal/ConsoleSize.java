package org.margay.virtio.serial.internal;

/** Characters that a console shows: as many columns and rows as the user says. */
final class ConsoleSize {
    private int columns;
    private int rows;

    /** Makes one; 0 by 0 is not known. */
    ConsoleSize(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    boolean known() {
        return columns > 0 && rows > 0;
    }

    void setColumns(int count) {
        columns = count;
    }

    void setRows(int count) {
        rows = count;
    }
}
