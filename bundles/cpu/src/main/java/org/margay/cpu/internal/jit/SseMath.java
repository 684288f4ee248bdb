package org.margay.cpu.internal.jit;

import org.margay.cpu.internal.Cpu;

/** SSE arithmetic that translated code calls. */
public final class SseMath {
    private static final int CR0_EM = 4, CR0_TS = 8;
    private static final int CR4_OSFXSR = 1 << 9;

    private SseMath() {}

    public static boolean isUsable(Cpu cpu) {
        return (cpu.cr0 & (CR0_EM | CR0_TS)) == 0 && (cpu.cr4 & CR4_OSFXSR) != 0;
    }
}
