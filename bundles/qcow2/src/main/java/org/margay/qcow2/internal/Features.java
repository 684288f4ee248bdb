package org.margay.qcow2.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Feature bits of version 3, and their names: the description's "incompatible_features" and "Feature name table". */
final class Features {
    /** Incompatible: reference counts may be wrong. */
    static final long DIRTY = 1;

    /** Incompatible: somebody found metadata damaged. */
    static final long CORRUPT = 2;

    /** Incompatible: guest data is in another file. */
    static final long EXTERNAL_DATA = 4;

    /** Incompatible: the header says how clusters are compressed. */
    static final long COMPRESSION_TYPE = 8;

    /** Incompatible: subclusters. */
    static final long EXTENDED_L2 = 16;

    static final long SUPPORTED = DIRTY | CORRUPT | COMPRESSION_TYPE;

    /** Compatible: reference counts are written late. */
    static final long LAZY_REFCOUNTS = 1;

    /** Autoclear: dirty bitmaps are up to date. */
    static final long BITMAPS = 1;

    static final int INCOMPATIBLE = 0;
    static final int COMPATIBLE = 1;
    static final int AUTOCLEAR = 2;

    private static final int NAME_BYTES = 46;
    private static final int ENTRY_BYTES = 2 + NAME_BYTES;

    private record Name(int type, int bit, String text) {}

    private static final List<Name> NAMES = List.of(
            new Name(INCOMPATIBLE, 0, "dirty bit"),
            new Name(INCOMPATIBLE, 1, "corrupt bit"),
            new Name(INCOMPATIBLE, 2, "external data file"),
            new Name(INCOMPATIBLE, 3, "compression type"),
            new Name(INCOMPATIBLE, 4, "extended L2 entries"),
            new Name(COMPATIBLE, 0, "lazy refcounts"),
            new Name(AUTOCLEAR, 0, "bitmaps"),
            new Name(AUTOCLEAR, 1, "raw external data"));

    private Features() {}

    /** The table as a header extension holds it. */
    static byte[] table() {
        byte[] table = new byte[NAMES.size() * ENTRY_BYTES];
        for (int i = 0; i < NAMES.size(); i++) {
            Name name = NAMES.get(i);
            table[i * ENTRY_BYTES] = (byte) name.type;
            table[i * ENTRY_BYTES + 1] = (byte) name.bit;
            byte[] text = name.text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, table, i * ENTRY_BYTES + 2, text.length);
        }
        return table;
    }

    /** What incompatible features are called: by the image's own table, or ours, or their number. */
    static String describe(long incompatible, byte[] table) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((incompatible >>> bit & 1) != 0) {
                names.add(describe(bit, table));
            }
        }
        return String.join(", ", names);
    }

    private static String describe(int bit, byte[] table) {
        for (int at = 0; at <= table.length - ENTRY_BYTES; at += ENTRY_BYTES) {
            if (table[at] == INCOMPATIBLE && table[at + 1] == bit) {
                return text(table, at + 2);
            }
        }
        return NAMES.stream()
                .filter(name -> name.type == INCOMPATIBLE && name.bit == bit)
                .map(Name::text)
                .findFirst()
                .orElse("Unknown incompatible feature: %x".formatted(1L << bit));
    }

    /** Printable text that ends with a zero byte or the field. */
    private static String text(byte[] table, int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + NAME_BYTES && table[i] != 0; i++) {
            text.append(table[i] >= ' ' && table[i] < 0x7F ? (char) table[i] : '?');
        }
        return text.toString();
    }

    /** Bytes of an extension's data as an array. */
    static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }
}
