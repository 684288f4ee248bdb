package org.margay.cpu.internal.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.margay.cpu.internal.table.Encoding.OpcodeMap;

/** All rows, ordered for decoding: by map and opcode byte, most specific first. Immutable. */
public final class InstructionTable {
    private static final InstructionTable ALL = new InstructionTable(collect());

    private final List<Row> rows;
    private final Row[][][] byOpcode = new Row[OpcodeMap.values().length][256][];

    private InstructionTable(List<Row> rows) {
        this.rows = List.copyOf(rows);
        List<List<List<Row>>> lists = new ArrayList<>();
        for (int map = 0; map < byOpcode.length; map++) {
            List<List<Row>> opcodes = new ArrayList<>();
            for (int opcode = 0; opcode < 256; opcode++) {
                opcodes.add(new ArrayList<>());
            }
            lists.add(opcodes);
        }
        List<Row> ordered = new ArrayList<>(rows);
        ordered.sort(Comparator.comparingInt((Row row) -> row.encoding().specificity())
                .reversed());
        for (Row row : ordered) {
            Encoding encoding = row.encoding();
            int last = encoding.opcode() + (encoding.opcodeRegister() ? 7 : 0);
            for (int opcode = encoding.opcode(); opcode <= last; opcode++) {
                lists.get(encoding.map().ordinal()).get(opcode).add(row);
            }
        }
        for (int map = 0; map < byOpcode.length; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                byOpcode[map][opcode] = lists.get(map).get(opcode).toArray(Row[]::new);
            }
        }
    }

    private static List<Row> collect() {
        TableBuilder builder = new TableBuilder();
        TableFiles.ALL.forEach(file -> file.rows(builder));
        return builder.rows();
    }

    /** Every row of every table file. */
    public static InstructionTable all() {
        return ALL;
    }

    /** The rows that a processor with some features has. */
    public static InstructionTable of(Set<Feature> features) {
        return new InstructionTable(ALL.rows.stream()
                .filter(row -> row.feature() == null || features.contains(row.feature()))
                .toList());
    }

    public List<Row> rows() {
        return rows;
    }

    /** Rows of an opcode byte, most specific first; the caller must not change the array. */
    public Row[] candidates(OpcodeMap map, int opcode) {
        return byOpcode[map.ordinal()][opcode];
    }
}
