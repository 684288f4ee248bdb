package org.margay.cpu.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.machine.CpuRegisters;

/** Between a processor's fields and the machine's record of them. */
final class RegisterFile {
    private static final int SEGMENTS = 8;
    private static final int GENERAL = 16;

    private RegisterFile() {}

    static CpuRegisters read(Cpu cpu) {
        List<CpuRegisters.Segment> segments = new ArrayList<>();
        for (int i = 0; i < SEGMENTS; i++) {
            segments.add(new CpuRegisters.Segment(cpu.selector[i], cpu.segBase[i], cpu.segLimit[i], cpu.segAttr[i]));
        }
        return new CpuRegisters(
                Arrays.stream(cpu.r).limit(GENERAL).boxed().toList(),
                cpu.rip,
                LazyFlags.rflags(cpu),
                segments,
                new CpuRegisters.Table(cpu.gdtBase, cpu.gdtLimit),
                new CpuRegisters.Table(cpu.idtBase, cpu.idtLimit),
                cpu.cr0,
                cpu.cr2,
                cpu.cr3,
                cpu.cr4,
                cpu.efer);
    }

    static void write(Cpu cpu, CpuRegisters from) {
        for (int i = 0; i < GENERAL; i++) {
            cpu.r[i] = from.general().get(i);
        }
        for (int i = 0; i < SEGMENTS; i++) {
            CpuRegisters.Segment segment = from.segments().get(i);
            cpu.selector[i] = segment.selector();
            cpu.segBase[i] = segment.base();
            cpu.segLimit[i] = segment.limit();
            cpu.segAttr[i] = segment.attributes();
        }
        cpu.rip = from.rip();
        cpu.gdtBase = from.gdt().base();
        cpu.gdtLimit = from.gdt().limit();
        cpu.idtBase = from.idt().base();
        cpu.idtLimit = from.idt().limit();
        cpu.cr0 = from.cr0();
        cpu.cr2 = from.cr2();
        cpu.cr3 = from.cr3();
        cpu.cr4 = from.cr4();
        cpu.efer = from.efer();
        LazyFlags.setRflags(cpu, from.rflags());
        boolean virtual = (from.rflags() & LazyFlags.VM) != 0;
        boolean isProtected = (from.cr0() & Cpu.CR0_PE) != 0;
        cpu.cpl = virtual ? 3 : isProtected ? cpu.selector[CpuState.CS] & 3 : 0;
        cpu.halted = false;
        cpu.attention = true;
        cpu.modeChanged();
        cpu.flushTlb(false);
    }
}
