package org.margay.firmware.internal.setup;

import java.util.Set;
import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.table.MemoryLayout;

/** Interrupt vectors, BIOS data area and extended BIOS data area, as IBM's PC AT technical reference places them. */
final class BiosData {
    private static final int VECTORS = 256;
    private static final int DATA = 0x400;
    private static final int SIZE = DATA + 0x100;

    private BiosData() {}

    /** The first 1,280 bytes of memory. */
    static byte[] lowMemory(Set<Integer> serialPorts) {
        Blob blob = new Blob();
        for (int vector = 0; vector < VECTORS; vector++) {
            int handler = vector >= 0x08 && vector < 0x10
                    ? BiosSegment.END_FIRST
                    : vector >= 0x70 && vector < 0x78 ? BiosSegment.END_SECOND : BiosSegment.RETURN;
            blob.u16(handler).u16(BiosSegment.SEGMENT);
        }
        blob.zeros(SIZE - DATA);
        serialPorts.forEach(port -> blob.set(DATA + 2 * port, HardwareProbe.serialBase(port), 2));
        blob.set(DATA + 0x0E, MemoryLayout.EBDA >>> 4, 2);
        // Equipment: mathematics coprocessor, pointing device, number of serial ports.
        blob.set(DATA + 0x10, 1 << 1 | 1 << 2 | serialPorts.size() << 9, 2);
        blob.set(DATA + 0x13, MemoryLayout.EBDA >>> 10, 2);
        // Keyboard buffer: head, tail, start, end.
        blob.set(DATA + 0x1A, 0x1E, 2);
        blob.set(DATA + 0x1C, 0x1E, 2);
        blob.set(DATA + 0x80, 0x1E, 2);
        blob.set(DATA + 0x82, 0x3E, 2);
        // 101 keys.
        blob.set(DATA + 0x96, 1 << 4, 1);
        return blob.toBytes();
    }

    /** The extended area's first bytes: its size in KiB. */
    static byte[] extended() {
        return new Blob()
                .u8(MemoryLayout.CONVENTIONAL_END - MemoryLayout.EBDA >>> 10)
                .zeros(MemoryLayout.CONVENTIONAL_END - MemoryLayout.EBDA - 1)
                .toBytes();
    }
}
