package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** MASKMOVQ and MASKMOVDQU: stores of selected bytes at DS:rDI, overrides applied. */
final class MaskedStore {
    private MaskedStore() {}

    static void store(Cpu cpu, Insn insn, long low, long high, long maskLow, long maskHigh, int size) {
        long offset = cpu.r[Cpu.RDI];
        if (insn.addressSize != 8) {
            offset &= insn.addressSize == 4 ? 0xFFFF_FFFFL : 0xFFFF;
        }
        int mask = Masks.ofBytes(maskLow) | Masks.ofBytes(maskHigh) << 8;
        long linear = cpu.linear(insn.segment, offset, size, true);
        for (int i = 0; i < size; i++) {
            if ((mask >> i & 1) != 0) {
                cpu.mmu.checkWrite(linear + i, 1);
            }
        }
        for (int i = 0; i < size; i++) {
            if ((mask >> i & 1) != 0) {
                cpu.mmu.store8(linear + i, (int) ((i < 8 ? low : high) >>> 8 * (i & 7)));
            }
        }
    }
}
