package org.margay.qcow2.internal;

import java.io.IOException;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;

/** L1 tables in files. */
final class Tables {
    /** Greatest L1 table that we read: with clusters of 64 KiB it maps 2 PiB. QEMU reads no more either. */
    static final long MAX_L1_BYTES = 32 << 20;

    private Tables() {}

    /** The active L1 table of an image. */
    static L1Table readL1(BlockNode file, Buffers buffers, Header header) throws IOException {
        Geometry geometry = header.geometry();
        long size = header.u64(Header.SIZE);
        if (size < 0 || geometry.l1Entries(size) > MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException("Image is too big");
        }
        long entries = Integer.toUnsignedLong(header.u32(Header.L1));
        if (entries > MAX_L1_BYTES / Long.BYTES) {
            throw new ImageException("Active L1 table too large");
        }
        if (entries < geometry.l1Entries(size)) {
            throw new ImageException("L1 table is too small");
        }
        long offset = header.u64(Header.L1 + 4);
        return new L1Table(offset, readL1(file, buffers, geometry, offset, entries));
    }

    /** Entries of any L1 table. */
    static long[] readL1(BlockNode file, Buffers buffers, Geometry geometry, long offset, long entries)
            throws IOException {
        if (entries == 0) {
            return new long[0];
        }
        if (offset <= 0
                || (offset & geometry.clusterMask()) != 0
                || entries > MAX_L1_BYTES / Long.BYTES
                || offset > file.length() - entries * Long.BYTES) {
            throw new ImageException("Invalid L1 table: %d entries at offset %#x".formatted(entries, offset));
        }
        return BigEndian.readTable(file, buffers, offset, (int) entries);
    }
}
