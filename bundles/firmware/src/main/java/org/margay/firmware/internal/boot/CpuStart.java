package org.margay.firmware.internal.boot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.margay.machine.CpuRegisters;
import org.margay.machine.CpuRegisters.Segment;
import org.margay.machine.CpuRegisters.Table;

/** Register files with which boot protocols start a processor. Attributes of segments as {@link Segment} has them. */
public final class CpuStart {
    /** Positions in {@link CpuRegisters#general()}. */
    static final int RAX = 0;

    static final int RBX = 3;
    static final int RSP = 4;
    static final int RSI = 6;

    private static final int RFLAGS_RESERVED = 1 << 1;
    private static final long CR0_PROTECTED = 1;
    private static final long CR0_EXTENSION_TYPE = 1 << 4;
    private static final long CR0_PAGING = 1L << 31;
    private static final long CR4_PAE = 1 << 5;
    private static final long EFER_LONG_ENABLED = 1 << 8;
    private static final long EFER_LONG_ACTIVE = 1 << 10;
    private static final long FOUR_GIB_LIMIT = 0xFFFF_FFFFL;
    private static final int CODE_64 = 0xA09B;
    private static final int CODE_32 = 0xC09B;
    private static final int DATA_32 = 0xC093;
    private static final int CODE_16 = 0x009B;
    private static final int DATA_16 = 0x0093;
    private static final int BUSY_TSS = 0x008B;
    private static final int LDT = 0x0082;
    private static final Table REAL_MODE_VECTORS = new Table(0, 0x3FF);

    private CpuStart() {}

    private static List<Segment> segments(Segment code, Segment data) {
        Segment ldtr = new Segment(0, 0, 0xFFFF, LDT);
        Segment tr = new Segment(0, 0, 0xFFFF, BUSY_TSS);
        return List.of(data, code, data, data, data, data, ldtr, tr);
    }

    static List<Long> general() {
        return new ArrayList<>(Collections.nCopies(16, 0L));
    }

    /** Flat 64-bit code with paging; the GDT's selectors 0x10 code and 0x18 data, as Linux asks for. */
    static CpuRegisters longMode(List<Long> general, long rip, Table gdt, long pageTables) {
        return new CpuRegisters(
                general,
                rip,
                RFLAGS_RESERVED,
                segments(new Segment(0x10, 0, FOUR_GIB_LIMIT, CODE_64), new Segment(0x18, 0, FOUR_GIB_LIMIT, DATA_32)),
                gdt,
                new Table(0, 0),
                CR0_PROTECTED | CR0_EXTENSION_TYPE | CR0_PAGING,
                0,
                pageTables,
                CR4_PAE,
                EFER_LONG_ENABLED | EFER_LONG_ACTIVE);
    }

    /** Flat 32-bit code without paging. */
    static CpuRegisters protectedMode(List<Long> general, long eip, Table gdt, int codeSelector, int dataSelector) {
        return new CpuRegisters(
                general,
                eip,
                RFLAGS_RESERVED,
                segments(
                        new Segment(codeSelector, 0, FOUR_GIB_LIMIT, CODE_32),
                        new Segment(dataSelector, 0, FOUR_GIB_LIMIT, DATA_32)),
                gdt,
                new Table(0, 0),
                CR0_PROTECTED | CR0_EXTENSION_TYPE,
                0,
                0,
                0,
                0);
    }

    /** Real mode at a segment and offset. */
    public static CpuRegisters realMode(int segment, int offset) {
        return new CpuRegisters(
                general(),
                offset,
                RFLAGS_RESERVED,
                segments(
                        new Segment(segment, (long) segment << 4, 0xFFFF, CODE_16), new Segment(0, 0, 0xFFFF, DATA_16)),
                REAL_MODE_VECTORS,
                REAL_MODE_VECTORS,
                CR0_EXTENSION_TYPE,
                0,
                0,
                0,
                0);
    }
}
