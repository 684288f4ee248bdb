package org.margay.pci;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.margay.memory.IoVector;

/**
 * Guest memory that the host reads or writes while the machine lock is not held, as file I/O does: made by {@link PciDma#map}. What was
 * no RAM when it was made is memory that nobody sees.
 */
public final class DmaMapping {
    /** Stands for what is no RAM, as often as it takes: reads of the bus give FF there, and writes go nowhere. */
    private static final int GAP_SIZE = 4096;

    private final List<PciDma.Span> spans = new ArrayList<>();
    private final List<MemorySegment> pieces = new ArrayList<>();

    DmaMapping() {}

    void add(PciDma.Span span) {
        spans.add(span);
        pieces.add(span.ram().segment().asSlice(span.offset(), span.length()));
    }

    void addGap(int length) {
        MemorySegment gap = Arena.ofAuto().allocate(Math.min(length, GAP_SIZE)).fill((byte) 0xFF);
        for (int left = length; left > 0; left -= GAP_SIZE) {
            pieces.add(gap.asSlice(0, Math.min(left, GAP_SIZE)));
        }
    }

    public IoVector vector() {
        return IoVector.of(pieces);
    }

    /** Says that the host wrote: code that was translated from there is thrown away. Under the machine lock, before the guest is told. */
    public void written() {
        spans.forEach(span -> span.ram().noteWrite(span.offset(), span.length()));
    }
}
