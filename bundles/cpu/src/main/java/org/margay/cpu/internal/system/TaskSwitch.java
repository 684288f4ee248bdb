package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.DS;
import static org.margay.cpu.internal.CpuState.ES;
import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.LDTR;
import static org.margay.cpu.internal.CpuState.SS;
import static org.margay.cpu.internal.CpuState.TR;
import static org.margay.cpu.internal.system.DescriptorTables.RPL;
import static org.margay.cpu.internal.system.DescriptorTables.fault;
import static org.margay.cpu.internal.system.DescriptorTables.isNull;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;

/** Hardware task switching (SDM vol. 3, 7.3); not in long mode. */
final class TaskSwitch {
    /** What asks for the switch; decides busy flags, back link and NT (SDM vol. 3, table 7-2). */
    enum Cause {
        JUMP,
        CALL,
        INTERRUPT,
        RETURN
    }

    /** Where a TSS keeps things, in bytes (SDM vol. 3, figures 7-2 and 7-10). */
    private record Layout(int size, int limit, int ip, int flags, int general, int segments, int segmentStep, int ldt) {
        static final Layout TSS16 = new Layout(2, 0x2B, 14, 16, 18, 34, 2, 42);
        static final Layout TSS32 = new Layout(4, 0x67, 32, 36, 40, 72, 4, 96);

        static Layout of(int type) {
            return (type & 8) != 0 ? TSS32 : TSS16;
        }

        /** 16-bit TSS hold ES, CS, SS and DS only. */
        int lastSegment() {
            return size == 4 ? GS : DS;
        }
    }

    private static final int CR3 = 28, DEBUG_TRAP = 100;

    /** What a new task brings, read before anything changes. */
    private record Image(
            Layout layout, long ip, long flags, long[] general, int[] segments, int ldt, long cr3, boolean trap) {}

    private TaskSwitch() {}

    /** JMP, CALL or IRET to a TSS whose descriptor the caller checked; faults of the new task are delivered in it. */
    static void direct(Cpu cpu, int selector, Descriptor tss, Cause cause) {
        Image image = enter(cpu, selector, tss, cause, 0);
        try {
            settle(cpu, image, 0);
        } catch (GuestFault fault) {
            Delivery.exception(cpu, fault);
        }
    }

    /** JMP or CALL through a task gate whose own privilege the caller checked. */
    static void byGate(Cpu cpu, Descriptor gate, Cause cause) {
        int selector = gate.gateSelector();
        direct(cpu, selector, fetchByGate(cpu, selector, 0), cause);
    }

    /**
     * An interrupt or exception through a task gate. Faults that arise in the new task are thrown with RIP already
     * there.
     *
     * @param errorCode pushed on the new task's stack, or negative
     */
    static void interrupt(Cpu cpu, Descriptor gate, int external, int errorCode) {
        int selector = gate.gateSelector();
        Image image = enter(cpu, selector, fetchByGate(cpu, selector, external), Cause.INTERRUPT, external);
        if (external != 0) {
            enterTask(cpu, image, external, errorCode);
            return;
        }
        try {
            enterTask(cpu, image, external, errorCode);
        } catch (GuestFault fault) {
            Delivery.exception(cpu, fault);
        }
    }

    private static void enterTask(Cpu cpu, Image image, int external, int errorCode) {
        settle(cpu, image, external);
        if (errorCode >= 0) {
            Stack stack = Stack.current(cpu, external);
            stack.push(errorCode, image.layout.size);
            stack.commit();
        }
    }

    private static Descriptor fetchByGate(Cpu cpu, int selector, int external) {
        if ((selector & 4) != 0) {
            throw fault(GuestFault.GP, selector, external);
        }
        Descriptor tss = DescriptorTables.fetch(cpu, selector, GuestFault.GP, external);
        if (!tss.isAvailableTss()) {
            throw fault(GuestFault.GP, selector, external);
        }
        if (!tss.isPresent()) {
            throw fault(GuestFault.NP, selector, external);
        }
        return tss;
    }

    /** IRET with NT set: back along the link (SDM vol. 3, 7.4). */
    static void returnToPrevious(Cpu cpu) {
        int selector = (int) cpu.mmu.loadSystem(cpu.segBase[TR], 2);
        if ((selector & 4) != 0) {
            throw fault(GuestFault.TS, selector, 0);
        }
        Descriptor tss = DescriptorTables.fetch(cpu, selector, GuestFault.TS, 0);
        if (!tss.isBusyTss()) {
            throw fault(GuestFault.TS, selector, 0);
        }
        if (!tss.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
        direct(cpu, selector, tss, Cause.RETURN);
    }

    /** Saves the old task and makes the new TSS current: after this the processor is in the new task. */
    private static Image enter(Cpu cpu, int selector, Descriptor tss, Cause cause, int external) {
        Image image = read(cpu, selector, tss, external);
        int oldSelector = cpu.selector[TR];
        if (cause == Cause.JUMP || cause == Cause.RETURN) {
            Descriptor old = DescriptorTables.find(cpu, oldSelector);
            if (old != null) {
                DescriptorTables.setBusy(cpu, oldSelector, old, false);
            }
        }
        long savedFlags = LazyFlags.rflags(cpu);
        save(cpu, cause == Cause.RETURN ? savedFlags & ~Rflags.NT : savedFlags);
        boolean nested = cause == Cause.CALL || cause == Cause.INTERRUPT;
        if (nested) {
            cpu.mmu.storeSystem(tss.base(), 2, oldSelector);
        }
        Descriptor busy = cause == Cause.RETURN ? tss : DescriptorTables.setBusy(cpu, selector, tss, true);
        Segments.set(cpu, TR, selector, busy);
        cpu.cr0 |= ControlBits.CR0_TS;
        loadRegisters(cpu, image, nested);
        return image;
    }

    private static Image read(Cpu cpu, int selector, Descriptor tss, int external) {
        Layout layout = Layout.of(tss.type());
        if (tss.limit() < layout.limit) {
            throw fault(GuestFault.TS, selector, external);
        }
        long base = tss.base();
        int size = layout.size;
        long[] general = new long[8];
        for (int i = 0; i < 8; i++) {
            general[i] = cpu.mmu.loadSystem(base + layout.general + (long) i * size, size);
        }
        int[] segments = new int[6];
        for (int i = ES; i <= layout.lastSegment(); i++) {
            segments[i] = (int) cpu.mmu.loadSystem(base + layout.segments + (long) i * layout.segmentStep, 2);
        }
        boolean wide = size == 4;
        return new Image(
                layout,
                cpu.mmu.loadSystem(base + layout.ip, size),
                cpu.mmu.loadSystem(base + layout.flags, size) & Rflags.ALL | Rflags.FIXED,
                general,
                segments,
                (int) cpu.mmu.loadSystem(base + layout.ldt, 2),
                wide ? cpu.mmu.loadSystem(base + CR3, 4) : 0,
                wide && (cpu.mmu.loadSystem(base + DEBUG_TRAP, 2) & 1) != 0);
    }

    private static void save(Cpu cpu, long flags) {
        Layout layout = Layout.of(cpu.segAttr[TR] & 0xF);
        long base = cpu.segBase[TR];
        int size = layout.size;
        cpu.mmu.storeSystem(base + layout.ip, size, cpu.rip);
        cpu.mmu.storeSystem(base + layout.flags, size, flags);
        for (int i = 0; i < 8; i++) {
            cpu.mmu.storeSystem(base + layout.general + (long) i * size, size, cpu.r[i]);
        }
        for (int i = ES; i <= layout.lastSegment(); i++) {
            cpu.mmu.storeSystem(base + layout.segments + (long) i * layout.segmentStep, 2, cpu.selector[i]);
        }
    }

    /** Everything that can't fault. Segments hold their selectors, unusable until {@link #settle} loads them. */
    private static void loadRegisters(Cpu cpu, Image image, boolean nested) {
        boolean wide = image.layout.size == 4;
        if (wide && (cpu.cr0 & ControlBits.CR0_PG) != 0) {
            ControlRegisters.loadTaskCr3(cpu, image.cr3);
        }
        cpu.rip = image.ip;
        FlagOps.set(cpu, nested ? image.flags | Rflags.NT : image.flags);
        for (int i = 0; i < 8; i++) {
            cpu.r[i] = wide ? image.general[i] : cpu.r[i] & 0xFFFF_0000L | image.general[i];
        }
        cpu.cpl = 0;
        for (int i = ES; i <= GS; i++) {
            Segments.clear(cpu, i, image.segments[i]);
        }
        Segments.clear(cpu, LDTR, image.ldt);
        DebugUnit.dropLocalBreakpoints(cpu);
        cpu.modeChanged();
    }

    /** Loads and checks the new task's segments, in the new task (SDM vol. 3, table 7-1). */
    private static void settle(Cpu cpu, Image image, int external) {
        loadLdt(cpu, image.ldt, external);
        if ((image.flags & Rflags.VM) != 0) {
            Segments.loadVirtual(cpu, image.segments);
        } else {
            int code = image.segments[CS];
            int privilege = code & RPL;
            cpu.cpl = privilege;
            loadStack(cpu, image.segments[SS], privilege, external);
            loadCode(cpu, code, privilege, external);
            for (int register : new int[] {ES, DS, FS, GS}) {
                Segments.loadData(cpu, register, image.segments[register], GuestFault.TS, external);
            }
        }
        if (image.trap) {
            throw DebugUnit.taskTrap(cpu);
        }
        if (cpu.rip > cpu.segLimit[CS]) {
            throw GuestFault.gp(external);
        }
    }

    private static void loadLdt(Cpu cpu, int selector, int external) {
        if (isNull(selector)) {
            return;
        }
        Descriptor ldt = (selector & 4) != 0 ? null : DescriptorTables.find(cpu, selector);
        if (ldt == null || !ldt.isSystem() || ldt.type() != Descriptor.LDT || !ldt.isPresent()) {
            throw fault(GuestFault.TS, selector, external);
        }
        Segments.set(cpu, LDTR, selector, ldt);
    }

    private static void loadStack(Cpu cpu, int selector, int privilege, int external) {
        if (isNull(selector)) {
            throw fault(GuestFault.TS, selector, external);
        }
        Descriptor stack = Segments.checkStack(cpu, selector, privilege, GuestFault.TS, external);
        Segments.set(cpu, SS, selector, DescriptorTables.touch(cpu, selector, stack));
    }

    private static void loadCode(Cpu cpu, int selector, int privilege, int external) {
        if (isNull(selector)) {
            throw fault(GuestFault.TS, selector, external);
        }
        Descriptor code = DescriptorTables.fetch(cpu, selector, GuestFault.TS, external);
        boolean allowed = code.isConforming() ? code.dpl() <= privilege : code.dpl() == privilege;
        if (!code.isCode() || !allowed) {
            throw fault(GuestFault.TS, selector, external);
        }
        if (!code.isPresent()) {
            throw fault(GuestFault.NP, selector, external);
        }
        Segments.setCode(cpu, selector, DescriptorTables.touch(cpu, selector, code), privilege);
    }
}
