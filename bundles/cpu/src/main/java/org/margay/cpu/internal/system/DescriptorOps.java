package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.LDTR;
import static org.margay.cpu.internal.CpuState.TR;
import static org.margay.cpu.internal.system.DescriptorTables.RPL;
import static org.margay.cpu.internal.system.DescriptorTables.fault;
import static org.margay.cpu.internal.system.DescriptorTables.isNull;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** Instructions on descriptors and their tables (SDM vol. 2; vol. 3, 2.4, 5.10). */
public final class DescriptorOps {
    /** What LAR shows of a descriptor's upper half: type, S, DPL, P, AVL, L, D, G. */
    private static final long ACCESS_RIGHTS = 0x00F0_FF00;

    private DescriptorOps() {}

    // --- table registers ---

    public static void sgdt(Cpu cpu, Insn insn) {
        storeTable(cpu, insn, cpu.gdtBase, cpu.gdtLimit);
    }

    public static void sidt(Cpu cpu, Insn insn) {
        storeTable(cpu, insn, cpu.idtBase, cpu.idtLimit);
    }

    private static void storeTable(Cpu cpu, Insn insn, long base, int limit) {
        int size = insn.longMode ? 8 : 4;
        long linear = insn.linearAddress(cpu, 2 + size, true);
        cpu.mmu.checkWrite(linear, 2 + size);
        cpu.mmu.store16(linear, limit);
        cpu.mmu.store(linear + 2, size, base);
    }

    public static void lgdt(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, insn.longMode ? 10 : 6, false);
        long base = loadTableBase(cpu, insn, linear);
        cpu.gdtLimit = cpu.mmu.load16(linear);
        cpu.gdtBase = base;
    }

    public static void lidt(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, insn.longMode ? 10 : 6, false);
        long base = loadTableBase(cpu, insn, linear);
        cpu.idtLimit = cpu.mmu.load16(linear);
        cpu.idtBase = base;
    }

    private static long loadTableBase(Cpu cpu, Insn insn, long linear) {
        cpu.mmu.checkRead(linear, 2);
        if (insn.longMode) {
            long base = cpu.mmu.load64(linear + 2);
            if (!Mode.isCanonical(base)) {
                throw GuestFault.gp(0);
            }
            return base;
        }
        long base = cpu.mmu.load32(linear + 2) & 0xFFFF_FFFFL;
        return insn.operandSize == 2 ? base & 0xFF_FFFF : base;
    }

    public static void sldt(Cpu cpu, Insn insn) {
        storeSelector(cpu, insn, cpu.selector[LDTR]);
    }

    public static void str(Cpu cpu, Insn insn) {
        storeSelector(cpu, insn, cpu.selector[TR]);
    }

    private static void storeSelector(Cpu cpu, Insn insn, int selector) {
        if (insn.isMemory()) {
            cpu.store(insn, 2, selector);
        } else {
            cpu.setReg(insn, insn.rm, insn.operandSize, selector);
        }
    }

    public static void lldt(Cpu cpu, Insn insn) {
        int selector = (int) cpu.readRm(insn, 2);
        if (isNull(selector)) {
            Segments.clear(cpu, LDTR, selector);
            return;
        }
        Descriptor ldt = fetchGlobal(cpu, selector);
        if (!ldt.isSystem() || ldt.type() != Descriptor.LDT) {
            throw fault(GuestFault.GP, selector, 0);
        }
        Segments.set(cpu, LDTR, selector, completePresent(cpu, selector, ldt));
    }

    public static void ltr(Cpu cpu, Insn insn) {
        int selector = (int) cpu.readRm(insn, 2);
        if (isNull(selector)) {
            throw GuestFault.gp(0);
        }
        Descriptor tss = fetchGlobal(cpu, selector);
        if (!tss.isAvailableTss() || Mode.isLong(cpu) && tss.type() == Descriptor.TSS16) {
            throw fault(GuestFault.GP, selector, 0);
        }
        Descriptor complete = completePresent(cpu, selector, tss);
        Segments.set(cpu, TR, selector, DescriptorTables.setBusy(cpu, selector, complete, true));
    }

    /** LDT and TSS descriptors live in the GDT. */
    private static Descriptor fetchGlobal(Cpu cpu, int selector) {
        if ((selector & 4) != 0) {
            throw fault(GuestFault.GP, selector, 0);
        }
        return DescriptorTables.fetch(cpu, selector, GuestFault.GP, 0);
    }

    private static Descriptor completePresent(Cpu cpu, int selector, Descriptor descriptor) {
        Descriptor complete =
                Mode.isLong(cpu) ? DescriptorTables.widen(cpu, selector, descriptor, GuestFault.GP, 0) : descriptor;
        if (!complete.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
        if (!Mode.isCanonical(complete.base())) {
            throw fault(GuestFault.GP, selector, 0);
        }
        return complete;
    }

    // --- looking at descriptors without using them ---

    public static void lar(Cpu cpu, Insn insn) {
        Descriptor descriptor = visible(cpu, (int) cpu.readRm(insn, 2), each -> hasAccessRights(cpu, each));
        answer(cpu, insn, descriptor == null ? null : descriptor.low() >>> 32 & ACCESS_RIGHTS);
    }

    public static void lsl(Cpu cpu, Insn insn) {
        Descriptor descriptor = visible(cpu, (int) cpu.readRm(insn, 2), each -> hasLimit(cpu, each));
        answer(cpu, insn, descriptor == null ? null : descriptor.limit());
    }

    private static void answer(Cpu cpu, Insn insn, @Nullable Long value) {
        if (value != null) {
            cpu.setReg(insn, insn.reg, insn.operandSize, value);
        }
        setZero(cpu, value != null);
    }

    public static void verr(Cpu cpu, Insn insn) {
        setZero(cpu, visible(cpu, (int) cpu.readRm(insn, 2), Descriptor::isReadable) != null);
    }

    public static void verw(Cpu cpu, Insn insn) {
        setZero(cpu, visible(cpu, (int) cpu.readRm(insn, 2), Descriptor::isWritableData) != null);
    }

    /** The descriptor, or null when it is of the wrong kind or out of reach at CPL and RPL. */
    private static @Nullable Descriptor visible(Cpu cpu, int selector, Predicate<Descriptor> kind) {
        Descriptor descriptor = isNull(selector) ? null : DescriptorTables.find(cpu, selector);
        if (descriptor == null || !kind.test(descriptor)) {
            return null;
        }
        boolean anyLevel = descriptor.isCode() && descriptor.isConforming();
        boolean reachable = anyLevel || Math.max(cpu.cpl, selector & RPL) <= descriptor.dpl();
        return reachable ? descriptor : null;
    }

    private static boolean hasLimit(Cpu cpu, Descriptor descriptor) {
        if (!descriptor.isSystem()) {
            return true;
        }
        return switch (descriptor.type()) {
            case Descriptor.LDT, Descriptor.TSS32, Descriptor.TSS32_BUSY -> true;
            case Descriptor.TSS16, Descriptor.TSS16_BUSY -> !Mode.isLong(cpu);
            default -> false;
        };
    }

    private static boolean hasAccessRights(Cpu cpu, Descriptor descriptor) {
        if (hasLimit(cpu, descriptor)) {
            return true;
        }
        return switch (descriptor.type()) {
            case Descriptor.CALL32 -> true;
            case Descriptor.CALL16, Descriptor.TASK_GATE -> !Mode.isLong(cpu);
            default -> false;
        };
    }

    /** ARPL: raises the RPL of a selector to that of another. */
    public static void arpl(Cpu cpu, Insn insn) {
        int selector = (int) cpu.readRm(insn, 2);
        int requested = (int) cpu.r[insn.reg] & RPL;
        boolean raises = (selector & RPL) < requested;
        if (raises) {
            cpu.writeRm(insn, 2, selector & ~RPL | requested);
        }
        setZero(cpu, raises);
    }

    private static void setZero(Cpu cpu, boolean on) {
        LazyFlags.update(cpu, LazyFlags.ZF, on ? LazyFlags.ZF : 0);
    }
}
