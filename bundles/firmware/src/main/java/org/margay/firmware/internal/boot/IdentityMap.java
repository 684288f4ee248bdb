package org.margay.firmware.internal.boot;

import org.margay.firmware.internal.Blob;

/** Page tables that map linear addresses to themselves, with pages of 2 MiB (Intel SDM, volume 3, section 5.5). */
final class IdentityMap {
    private static final int PAGE = 4096;
    private static final int ENTRIES = 512;
    private static final long PRESENT_WRITABLE = 3;
    private static final long LARGE = 1 << 7;
    private static final int GIBIBYTES = 4;

    private IdentityMap() {}

    /** The first 4 GiB: root table, one table of pointers, four directories, at consecutive pages from an address on. */
    static Blob of4GiB(long address) {
        Blob tables = new Blob();
        tables.u64(address + PAGE | PRESENT_WRITABLE).align(PAGE);
        for (int i = 0; i < GIBIBYTES; i++) {
            tables.u64(address + (2L + i) * PAGE | PRESENT_WRITABLE);
        }
        tables.align(PAGE);
        for (long page = 0; page < (long) GIBIBYTES * ENTRIES; page++) {
            tables.u64(page << 21 | LARGE | PRESENT_WRITABLE);
        }
        return tables;
    }
}
