package org.margay.firmware.internal.table;

import java.util.ArrayList;
import java.util.List;
import org.margay.firmware.internal.Blob;

/**
 * Where RAM is and what firmware keeps of it, as INT 15h E820 reports it (ACPI 2.0, section 14.1).
 *
 * @param lowRam bytes of RAM from 0
 * @param highRam bytes of RAM from 4 GiB on
 */
public record MemoryLayout(long lowRam, long highRam) {
    /** First byte of the extended BIOS data area: 1 KiB below the 640 KiB limit. */
    public static final int EBDA = 0x9FC00;

    /** End of conventional memory. */
    public static final int CONVENTIONAL_END = 0xA0000;

    /** The BIOS's segment, in shadow RAM. */
    public static final int BIOS_SEGMENT = 0xF0000;

    public static final int ONE_MIB = 0x100000;

    /** Bytes at the end of low RAM that hold ACPI tables. */
    public static final int TABLES_SIZE = 0x20000;

    private static final long FOUR_GIB = 1L << 32;

    /** What a range is for. */
    public enum Kind {
        RAM(1),
        RESERVED(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** As in the E820 table. */
        public int code() {
            return code;
        }
    }

    /** One range; size in bytes. */
    public record Range(long start, long size, Kind kind) {
        public long end() {
            return start + size;
        }
    }

    /** First byte of the area for ACPI tables; also the end of what a kernel may use below 4 GiB. */
    public long tables() {
        return lowRam - TABLES_SIZE;
    }

    /** The map, in address order. */
    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(0, EBDA, Kind.RAM));
        ranges.add(new Range(EBDA, CONVENTIONAL_END - EBDA, Kind.RESERVED));
        ranges.add(new Range(BIOS_SEGMENT, ONE_MIB - BIOS_SEGMENT, Kind.RESERVED));
        if (tables() > ONE_MIB) {
            ranges.add(new Range(ONE_MIB, tables() - ONE_MIB, Kind.RAM));
        }
        ranges.add(new Range(tables(), TABLES_SIZE, Kind.RESERVED));
        // The top of the space is the BIOS's, whether or not its image is that large.
        ranges.add(new Range(0xFFFC_0000L, 0x4_0000, Kind.RESERVED));
        if (highRam > 0) {
            ranges.add(new Range(FOUR_GIB, highRam, Kind.RAM));
        }
        return ranges;
    }

    /** All RAM without what a firmware keeps: the fw_cfg file "etc/e820". */
    public byte[] ramTable() {
        Blob table = new Blob();
        append(table, new Range(0, lowRam, Kind.RAM));
        if (highRam > 0) {
            append(table, new Range(FOUR_GIB, highRam, Kind.RAM));
        }
        return table.toBytes();
    }

    /** Appends an entry of 20 bytes. */
    public static void append(Blob table, Range range) {
        table.u64(range.start()).u64(range.size()).u32(range.kind().code());
    }
}
