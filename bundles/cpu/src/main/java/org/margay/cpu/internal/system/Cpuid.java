package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.RAX;
import static org.margay.cpu.internal.CpuState.RBX;
import static org.margay.cpu.internal.CpuState.RCX;
import static org.margay.cpu.internal.CpuState.RDX;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.Feature.Register;

/** CPUID (SDM vol. 2, CPUID; AMD APM vol. 3, appendix E). */
public final class Cpuid {
    private static final int EXTENDED = 0x8000_0000;

    /** Size of a cache line in bytes, and what CLFLUSH flushes. */
    private static final int LINE = 64;

    /** Bits of leaf 1 EDX that AMD repeats in leaf 8000_0001. */
    private static final int ALIASES = 0x0183_F3FF;

    private static final int APIC = 1 << 9;

    record Answer(int eax, int ebx, int ecx, int edx) {
        static final Answer ZERO = new Answer(0, 0, 0, 0);
    }

    private Cpuid() {}

    public static void execute(Cpu cpu, Insn insn) {
        Answer answer = answer(SystemUnit.of(cpu), (int) cpu.r[RAX], (int) cpu.r[RCX]);
        cpu.setReg32(RAX, answer.eax);
        cpu.setReg32(RBX, answer.ebx);
        cpu.setReg32(RCX, answer.ecx);
        cpu.setReg32(RDX, answer.edx);
    }

    /** Leaves that do not exist answer as the highest basic one. */
    static Answer answer(SystemUnit unit, int leaf, int subleaf) {
        CpuModel model = unit.model();
        boolean basic = leaf >= 0 && leaf <= model.level();
        boolean extended = leaf < 0 && leaf <= model.extendedLevel();
        if (basic || extended) {
            return leaf(unit, model, leaf, subleaf);
        }
        boolean hypervisorRange = leaf >>> 28 == 4;
        return hypervisorRange ? Answer.ZERO : leaf(unit, model, model.level(), subleaf);
    }

    private static Answer leaf(SystemUnit unit, CpuModel model, int leaf, int subleaf) {
        return switch (leaf) {
            case 0 -> vendor(model, model.level());
            case 1 -> features(unit, model);
            // One byte says "no more leaves", the others: 2 MiB L2, 32 KiB L1 code, 32 KiB L1 data cache.
            case 2 -> new Answer(1, 0, 0, 0x2C30_7D);
            case 7 ->
                subleaf == 0
                        ? new Answer(
                                0,
                                model.featureBits(7, Register.EBX),
                                model.featureBits(7, Register.ECX),
                                model.featureBits(7, Register.EDX))
                        : Answer.ZERO;
            case 0xB -> topology(unit, subleaf);
            case EXTENDED ->
                model.isAmd() ? vendor(model, model.extendedLevel()) : new Answer(model.extendedLevel(), 0, 0, 0);
            case EXTENDED + 1 -> extendedFeatures(unit, model);
            case EXTENDED + 2, EXTENDED + 3, EXTENDED + 4 -> brand(model, leaf - EXTENDED - 2);
            // L1 caches and TLBs as AMD encodes them: 64 KiB, 2-way, one line a tag; 255 entries each, fully
            // associative.
            case EXTENDED + 5 ->
                new Answer(
                        0x01FF_01FF,
                        0x01FF_01FF,
                        64 << 24 | 2 << 16 | 1 << 8 | LINE,
                        64 << 24 | 2 << 16 | 1 << 8 | LINE);
            // L2 cache: 512 KiB, 16-way; its TLBs: 512 entries, 4-way.
            case EXTENDED + 6 -> new Answer(0, 0x4200_4200, 512 << 16 | 8 << 12 | 1 << 8 | LINE, 0);
            case EXTENDED + 8 ->
                new Answer(model.has(Feature.LM) ? CpuModel.LINEAR_BITS << 8 | CpuModel.PHYSICAL_BITS : 36, 0, 0, 0);
            default -> Answer.ZERO;
        };
    }

    private static Answer vendor(CpuModel model, int highest) {
        ByteBuffer text = ByteBuffer.wrap(model.vendor().getBytes(StandardCharsets.ISO_8859_1))
                .order(ByteOrder.LITTLE_ENDIAN);
        return new Answer(highest, text.getInt(0), text.getInt(8), text.getInt(4));
    }

    private static Answer features(SystemUnit unit, CpuModel model) {
        int line = model.has(Feature.CLFLUSH) ? LINE / 8 << 8 : 0;
        return new Answer(
                model.signature(),
                unit.apicId() << 24 | line,
                model.featureBits(1, Register.ECX),
                enabledFeatures(unit, model));
    }

    /** The APIC's bit follows its enable in IA32_APIC_BASE. */
    private static int enabledFeatures(SystemUnit unit, CpuModel model) {
        int bits = model.featureBits(1, Register.EDX);
        return unit.apicEnabled() ? bits : bits & ~APIC;
    }

    private static Answer extendedFeatures(SystemUnit unit, CpuModel model) {
        int edx = model.featureBits(EXTENDED + 1, Register.EDX);
        if (model.isAmd()) {
            edx |= enabledFeatures(unit, model) & ALIASES;
        }
        return new Answer(model.isAmd() ? model.signature() : 0, 0, model.featureBits(EXTENDED + 1, Register.ECX), edx);
    }

    private static Answer brand(CpuModel model, int part) {
        ByteBuffer text = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        text.put(model.brand().getBytes(StandardCharsets.ISO_8859_1));
        int at = 16 * part;
        return new Answer(text.getInt(at), text.getInt(at + 4), text.getInt(at + 8), text.getInt(at + 12));
    }

    /** One thread a core, one core a package. */
    private static Answer topology(SystemUnit unit, int subleaf) {
        return switch (subleaf) {
            case 0 -> new Answer(0, 1, 1 << 8, unit.apicId());
            case 1 -> new Answer(0, 1, 1 | 2 << 8, unit.apicId());
            default -> new Answer(0, 0, subleaf & 0xFF, unit.apicId());
        };
    }
}
