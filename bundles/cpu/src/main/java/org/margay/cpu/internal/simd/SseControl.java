package org.margay.cpu.internal.simd;

import java.lang.invoke.VarHandle;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;

/** MXCSR, fences and hints (SDM vol. 1, 10.4.6 and 11.4.4). */
final class SseControl {
    /** Bits of MXCSR that exist. */
    private static final int MXCSR_MASK = 0xFFFF;

    private SseControl() {}

    /** LDMXCSR: no exception comes from flags and masks loaded, only from later ones. */
    static void loadMxcsr(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        int value = cpu.load32(insn);
        if ((value & ~MXCSR_MASK) != 0) {
            throw GuestFault.gp(0);
        }
        cpu.mxcsr = value;
    }

    /** STMXCSR. */
    static void storeMxcsr(Cpu cpu, Insn insn) {
        SseUnit.check(cpu);
        cpu.store32(insn, cpu.mxcsr);
    }

    /**
     * LFENCE, MFENCE, SFENCE: guest memory is accessed in order by each processor, stores become visible to others
     * here.
     */
    static void fence(Cpu cpu, Insn insn) {
        VarHandle.fullFence();
    }

    /** CLFLUSH: caches are not modelled; the address must be readable. */
    static void flushLine(Cpu cpu, Insn insn) {
        cpu.mmu.checkRead(insn.linearAddress(cpu, 1, false), 1);
    }
}
