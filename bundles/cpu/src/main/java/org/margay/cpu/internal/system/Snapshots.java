package org.margay.cpu.internal.system;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.LazyFlags;

/** Takes and restores {@link CpuSnapshot}s. The vCPU stands still; under the machine lock. */
public final class Snapshots {
    private static final int GENERAL = 16;

    private Snapshots() {}

    public static CpuSnapshot save(Cpu cpu) {
        SystemUnit unit = SystemUnit.of(cpu);
        return new CpuSnapshot(
                core(cpu),
                new CpuSnapshot.Control(cpu.cr0, cpu.cr2, cpu.cr3, cpu.cr4, cpu.efer, list(cpu.dr)),
                fpu(cpu),
                new CpuSnapshot.Vectors(list(cpu.xmm), cpu.mxcsr),
                modelSpecific(cpu, unit.registers()),
                unit.activity(),
                unit.apic().save());
    }

    private static CpuSnapshot.Core core(Cpu cpu) {
        List<CpuSnapshot.Segment> segments = new ArrayList<>();
        for (int i = 0; i < cpu.selector.length; i++) {
            segments.add(
                    new CpuSnapshot.Segment(cpu.selector[i], cpu.segBase[i], cpu.segLimit[i], cpu.segAttr[i] & 0xF0FF));
        }
        return new CpuSnapshot.Core(
                list(Arrays.copyOf(cpu.r, GENERAL)),
                cpu.rip,
                LazyFlags.rflags(cpu),
                segments,
                cpu.cpl,
                new CpuSnapshot.Table(cpu.gdtBase, cpu.gdtLimit),
                new CpuSnapshot.Table(cpu.idtBase, cpu.idtLimit));
    }

    private static CpuSnapshot.Fpu fpu(Cpu cpu) {
        List<Integer> exponents = new ArrayList<>();
        for (short exponent : cpu.fpExponent) {
            exponents.add(exponent & 0xFFFF);
        }
        return new CpuSnapshot.Fpu(
                list(cpu.fpMantissa),
                exponents,
                cpu.fpControl & 0xFFFF,
                cpu.fpStatus & 0xC7FF,
                cpu.fpTop,
                cpu.fpEmpty,
                cpu.fpOpcode & 0x7FF,
                cpu.fpCodeSelector & 0xFFFF,
                cpu.fpCodeOffset,
                cpu.fpDataSelector & 0xFFFF,
                cpu.fpDataOffset);
    }

    private static CpuSnapshot.ModelSpecific modelSpecific(Cpu cpu, ModelRegisters registers) {
        return new CpuSnapshot.ModelSpecific(
                cpu.star,
                cpu.lstar,
                cpu.cstar,
                cpu.sfmask,
                cpu.kernelGsBase,
                cpu.tscAux,
                cpu.sysenterCs,
                cpu.sysenterEsp,
                cpu.sysenterEip,
                cpu.pat,
                cpu.miscEnable,
                list(registers.mtrrVariable),
                list(registers.mtrrFixed),
                registers.mtrrDefault,
                list(registers.banks),
                registers.machineCheckStatus,
                registers.machineCheckControl,
                registers.tscOffset);
    }

    /**
     * Puts a processor into a saved state.
     *
     * @throws IllegalArgumentException when its model can't be in that state; the processor is then as before
     */
    public static void restore(Cpu cpu, CpuSnapshot from) {
        SystemUnit unit = SystemUnit.of(cpu);
        CpuSnapshot.Control control = from.control();
        if ((control.cr4() & ~ControlRegisters.supportedCr4(unit.model())) != 0) {
            throw new IllegalArgumentException("CPU: CR4 %#x needs features that the model %s lacks"
                    .formatted(control.cr4(), unit.model().name()));
        }
        unit.apic().restore(from.apic());
        restore(cpu, from.core());
        cpu.cr0 = control.cr0();
        cpu.cr2 = control.cr2();
        cpu.cr3 = control.cr3();
        cpu.cr4 = control.cr4();
        cpu.efer = control.efer();
        fill(cpu.dr, control.debug());
        restore(cpu, from.fpu());
        fill(cpu.xmm, from.vectors().xmm());
        cpu.mxcsr = from.vectors().mxcsr();
        restore(cpu, unit.registers(), from.modelSpecific());
        cpu.debugPending = 0;
        cpu.attention = true;
        unit.setActivity(from.activity());
        cpu.flushTlb(false);
        cpu.modeChanged();
    }

    private static void restore(Cpu cpu, CpuSnapshot.Core core) {
        fill(cpu.r, core.general());
        cpu.rip = core.rip();
        LazyFlags.setRflags(cpu, core.rflags());
        for (int i = 0; i < cpu.selector.length; i++) {
            CpuSnapshot.Segment segment = core.segments().get(i);
            cpu.selector[i] = segment.selector();
            cpu.segBase[i] = segment.base();
            cpu.segLimit[i] = segment.limit();
            cpu.segAttr[i] = segment.attributes();
        }
        cpu.cpl = core.cpl();
        cpu.gdtBase = core.gdt().base();
        cpu.gdtLimit = core.gdt().limit();
        cpu.idtBase = core.idt().base();
        cpu.idtLimit = core.idt().limit();
    }

    private static void restore(Cpu cpu, CpuSnapshot.Fpu fpu) {
        fill(cpu.fpMantissa, fpu.mantissas());
        for (int i = 0; i < cpu.fpExponent.length; i++) {
            cpu.fpExponent[i] = fpu.exponents().get(i).shortValue();
        }
        cpu.fpControl = fpu.control();
        cpu.fpStatus = fpu.status();
        cpu.fpTop = fpu.top();
        cpu.fpEmpty = fpu.empty();
        cpu.fpOpcode = fpu.opcode();
        cpu.fpCodeSelector = fpu.codeSelector();
        cpu.fpCodeOffset = fpu.codeOffset();
        cpu.fpDataSelector = fpu.dataSelector();
        cpu.fpDataOffset = fpu.dataOffset();
    }

    private static void restore(Cpu cpu, ModelRegisters registers, CpuSnapshot.ModelSpecific from) {
        cpu.star = from.star();
        cpu.lstar = from.lstar();
        cpu.cstar = from.cstar();
        cpu.sfmask = from.sfmask();
        cpu.kernelGsBase = from.kernelGsBase();
        cpu.tscAux = from.tscAux();
        cpu.sysenterCs = from.sysenterCs();
        cpu.sysenterEsp = from.sysenterEsp();
        cpu.sysenterEip = from.sysenterEip();
        cpu.pat = from.pat();
        cpu.miscEnable = from.miscEnable();
        fill(registers.mtrrVariable, from.mtrrVariable());
        fill(registers.mtrrFixed, from.mtrrFixed());
        registers.mtrrDefault = from.mtrrDefault();
        fill(registers.banks, from.banks());
        registers.machineCheckStatus = from.machineCheckStatus();
        registers.machineCheckControl = from.machineCheckControl();
        registers.tscOffset = from.tscOffset();
    }

    private static List<Long> list(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static void fill(long[] target, List<Long> values) {
        for (int i = 0; i < values.size(); i++) {
            target[i] = values.get(i);
        }
    }
}
