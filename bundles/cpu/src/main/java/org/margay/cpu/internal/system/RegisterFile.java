package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.SS;

import java.util.ArrayList;
import java.util.List;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;
import org.margay.machine.CpuRegisters;

/** The architectural registers as firmware and debuggers give and take them. The vCPU stands still. */
public final class RegisterFile {
    private static final int GENERAL = 16, SEGMENTS = 8;

    private RegisterFile() {}

    public static CpuRegisters read(Cpu cpu) {
        List<Long> general = new ArrayList<>();
        for (int i = 0; i < GENERAL; i++) {
            general.add(cpu.r[i]);
        }
        List<CpuRegisters.Segment> segments = new ArrayList<>();
        for (int i = 0; i < SEGMENTS; i++) {
            segments.add(
                    new CpuRegisters.Segment(cpu.selector[i], cpu.segBase[i], cpu.segLimit[i], cpu.segAttr[i]));
        }
        return new CpuRegisters(
                general,
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

    /**
     * Replaces the registers. CPL follows from SS (SDM vol. 3, 5.5: they agree), long mode from EFER.LME and CR0.PG.
     *
     * @throws IllegalArgumentException for a combination that a processor can't be in
     */
    public static void write(Cpu cpu, CpuRegisters registers) {
        boolean paging = (registers.cr0() & ControlBits.CR0_PG) != 0;
        boolean protectedMode = (registers.cr0() & ControlBits.CR0_PE) != 0;
        boolean longMode = paging && (registers.efer() & ControlBits.EFER_LME) != 0;
        if (paging && !protectedMode || longMode && (registers.cr4() & ControlBits.CR4_PAE) == 0) {
            throw new IllegalArgumentException(
                    "CR0 %#x, CR4 %#x, EFER %#x".formatted(registers.cr0(), registers.cr4(), registers.efer()));
        }
        for (int i = 0; i < GENERAL; i++) {
            cpu.r[i] = registers.general().get(i);
        }
        for (int i = 0; i < SEGMENTS; i++) {
            CpuRegisters.Segment segment = registers.segments().get(i);
            cpu.selector[i] = segment.selector() & 0xFFFF;
            cpu.segBase[i] = segment.base();
            cpu.segLimit[i] = segment.limit() & 0xFFFF_FFFFL;
            cpu.segAttr[i] = segment.attributes() & 0xFFFF;
        }
        cpu.rip = registers.rip();
        cpu.gdtBase = registers.gdt().base();
        cpu.gdtLimit = registers.gdt().limit() & 0xFFFF;
        cpu.idtBase = registers.idt().base();
        cpu.idtLimit = registers.idt().limit() & 0xFFFF;
        cpu.cr0 = registers.cr0() | ControlBits.CR0_ET;
        cpu.cr2 = registers.cr2();
        cpu.cr3 = registers.cr3();
        cpu.cr4 = registers.cr4();
        cpu.efer = registers.efer() & ~ControlBits.EFER_LMA | (longMode ? ControlBits.EFER_LMA : 0);
        LazyFlags.setRflags(cpu, registers.rflags() & Rflags.ALL | Rflags.FIXED);
        boolean virtual = (registers.rflags() & Rflags.VM) != 0;
        cpu.cpl = !protectedMode ? 0 : virtual ? 3 : cpu.segAttr[SS] >>> 5 & 3;
        cpu.halted = false;
        cpu.interruptShadow = false;
        cpu.attention = true;
        cpu.flushTlb(false);
        cpu.modeChanged();
    }
}
