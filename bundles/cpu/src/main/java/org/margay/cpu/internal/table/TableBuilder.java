package org.margay.cpu.internal.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Handler;

/** Collects rows. Group and feature apply to the rows that follow. */
public final class TableBuilder {
    private final List<Row> rows = new ArrayList<>();
    private String group = "";
    private @Nullable Feature feature;

    TableBuilder() {}

    /** Starts a group (see {@link Row#group}) whose rows every model has. */
    public TableBuilder group(String name) {
        return group(name, null);
    }

    /** Starts a group whose rows need a feature. */
    public TableBuilder group(String name, @Nullable Feature needed) {
        group = name;
        feature = needed;
        return this;
    }

    /**
     * Adds an instruction form.
     *
     * @param encoding see {@link Encoding}
     * @param mnemonic lower case
     * @param operands see {@link Operand}, separated by blanks, destination first
     * @param handler what it does
     */
    public Row row(String encoding, String mnemonic, String operands, Handler handler) {
        Row row = new Row(new Encoding(encoding), mnemonic, Operand.parseAll(operands), handler, group, feature);
        rows.add(row);
        return row;
    }

    List<Row> rows() {
        return rows;
    }
}
