package org.margay.machine;

import java.util.List;

/**
 * The architectural registers that firmware sets up or a debugger shows.
 *
 * @param general 16 values in encoding order: RAX RCX RDX RBX RSP RBP RSI RDI R8-R15
 * @param rip offset in CS
 * @param rflags all of RFLAGS
 * @param segments ES CS SS DS FS GS LDTR TR
 */
public record CpuRegisters(
        List<Long> general,
        long rip,
        long rflags,
        List<Segment> segments,
        Table gdt,
        Table idt,
        long cr0,
        long cr2,
        long cr3,
        long cr4,
        long efer) {
    public CpuRegisters {
        general = List.copyOf(general);
        segments = List.copyOf(segments);
        if (general.size() != 16 || segments.size() != 8) {
            throw new IllegalArgumentException(
                    "16 general and 8 segment registers, not %d and %d".formatted(general.size(), segments.size()));
        }
    }

    /**
     * A segment register with its hidden part.
     *
     * @param limit bytes, granularity applied, unsigned 32 bits
     * @param attributes descriptor bytes 5 and 6: type 0-3, S 4, DPL 5-6, P 7, AVL 12, L 13, D/B 14, G 15
     */
    public record Segment(int selector, long base, long limit, int attributes) {}

    /** GDTR or IDTR. */
    public record Table(long base, int limit) {}
}
