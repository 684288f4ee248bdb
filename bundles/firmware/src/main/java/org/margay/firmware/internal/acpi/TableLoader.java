package org.margay.firmware.internal.acpi;

import java.util.List;
import org.margay.firmware.internal.Blob;

/**
 * The program by which a BIOS puts tables from fw_cfg files to their places ("etc/table-loader", as SeaBIOS and OVMF read it):
 * entries of 128 bytes that allocate a file, add the address of one file to a pointer in another, or make a checksum.
 */
public final class TableLoader {
    /** File with the tables. */
    public static final String TABLES = "etc/acpi/tables";

    /** File with the root pointer. */
    public static final String RSDP = "etc/acpi/rsdp";

    private static final int ALLOCATE = 1;
    private static final int ADD_POINTER = 2;
    private static final int ADD_CHECKSUM = 3;
    private static final int ZONE_HIGH = 1;
    private static final int ZONE_BIOS_SEGMENT = 2;
    private static final int ENTRY_SIZE = 128;
    private static final int NAME_SIZE = 56;
    private static final int RSDP_ALIGNMENT = 16;

    private final Blob program = new Blob();

    private TableLoader() {}

    /** The program for a set of tables. */
    public static byte[] program(TableSet set) {
        TableLoader loader = new TableLoader();
        loader.allocate(RSDP, RSDP_ALIGNMENT, ZONE_BIOS_SEGMENT);
        loader.allocate(TABLES, TableSet.ALIGNMENT, ZONE_HIGH);
        loader.resolve(TABLES, set.pointers(), set.checksums());
        loader.resolve(RSDP, set.rsdpPointers(), set.rsdpChecksums());
        return loader.program.toBytes();
    }

    /** The file's content, where pointers hold offsets and checksums are still zero. */
    public static byte[] tables(TableSet set) {
        return set.tables().toBytes();
    }

    /** The root pointer's file. */
    public static byte[] rsdp(TableSet set) {
        return set.rsdp().toBytes();
    }

    private void allocate(String file, int alignment, int zone) {
        entry(new Blob()
                .u32(ALLOCATE)
                .text(file, NAME_SIZE, '\0')
                .u32(alignment)
                .u8(zone));
    }

    private void resolve(String file, List<TableSet.Pointer> pointers, List<TableSet.Checksum> checksums) {
        for (TableSet.Pointer pointer : pointers) {
            entry(new Blob()
                    .u32(ADD_POINTER)
                    .text(file, NAME_SIZE, '\0')
                    .text(TABLES, NAME_SIZE, '\0')
                    .u32(pointer.at())
                    .u8(pointer.width()));
        }
        for (TableSet.Checksum checksum : checksums) {
            entry(new Blob()
                    .u32(ADD_CHECKSUM)
                    .text(file, NAME_SIZE, '\0')
                    .u32(checksum.at())
                    .u32(checksum.from())
                    .u32(checksum.length()));
        }
    }

    private void entry(Blob entry) {
        program.bytes(entry.zeros(ENTRY_SIZE - entry.size()).toBytes());
    }
}
