package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.DS;
import static org.margay.cpu.internal.CpuState.ES;
import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.RSP;
import static org.margay.cpu.internal.CpuState.SS;
import static org.margay.cpu.internal.system.DescriptorTables.fault;
import static org.margay.cpu.internal.system.DescriptorTables.isNull;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.ShutdownException;

/** Takes interrupts and exceptions to their handlers, in every mode (SDM vol. 3, chapter 6; INT n in vol. 2). */
public final class Delivery {
    /** Error code of a vector without one. */
    private static final int NO_ERROR_CODE = -1;

    /** In an error code: the index is of the IDT (SDM vol. 3, 6.13). */
    private static final int IDT = 2;

    /** Vectors that count as contributory for double faults (SDM vol. 3, table 6-4). */
    private static final int CONTRIBUTORY =
            1 << GuestFault.DE | 1 << GuestFault.TS | 1 << GuestFault.NP | 1 << GuestFault.SS | 1 << GuestFault.GP;

    /** Vectors of fault class, whose saved flags have RF set; #DB has its own rules (SDM vol. 3, 17.3.1.1). */
    private static final int FAULTS = CONTRIBUTORY
            | 1 << GuestFault.BR
            | 1 << GuestFault.UD
            | 1 << GuestFault.NM
            | 1 << GuestFault.PF
            | 1 << GuestFault.MF
            | 1 << GuestFault.AC
            | 1 << GuestFault.XM;

    private Delivery() {}

    /**
     * Delivers an exception; RIP is what the handler shall see.
     *
     * @throws ShutdownException when a third fault arises on the way
     */
    public static void exception(Cpu cpu, GuestFault fault) {
        GuestFault current = fault;
        cpu.debugPending = 0;
        while (true) {
            noteAddress(cpu, current);
            long flags = LazyFlags.rflags(cpu);
            long image = (FAULTS >>> current.vector & 1) != 0 ? flags | Rflags.RF : flags;
            int errorCode = current.hasErrorCode ? current.errorCode : NO_ERROR_CODE;
            try {
                enter(cpu, current.vector, false, 1, errorCode, image);
                return;
            } catch (GuestFault second) {
                current = escalate(cpu, current, second);
            }
        }
    }

    /** Delivers an external interrupt or an NMI. */
    public static void external(Cpu cpu, int vector) {
        try {
            enter(cpu, vector, false, 1, NO_ERROR_CODE, LazyFlags.rflags(cpu));
        } catch (GuestFault fault) {
            exception(cpu, fault);
        }
    }

    /** INT n; RIP is behind it. Its faults are the instruction's own. */
    public static void software(Cpu cpu, int vector) {
        cpu.debugPending |= DebugUnit.NO_STEP;
        if (Mode.isVirtual(cpu)) {
            if ((cpu.cr4 & ControlBits.CR4_VME) != 0 && TaskState.redirectsInterrupt(cpu, vector)) {
                enterRedirected(cpu, vector);
                return;
            }
            if (Rflags.iopl(cpu.flags) < 3) {
                throw GuestFault.gp(0);
            }
        }
        enter(cpu, vector, true, 0, NO_ERROR_CODE, LazyFlags.rflags(cpu));
    }

    /** INT3 and INTO: as {@link #software}, but virtual-8086 mode's rules for INT n do not apply. */
    public static void trap(Cpu cpu, int vector) {
        cpu.debugPending |= DebugUnit.NO_STEP;
        enter(cpu, vector, true, 0, NO_ERROR_CODE, LazyFlags.rflags(cpu));
    }

    private static void noteAddress(Cpu cpu, GuestFault fault) {
        if (fault.vector == GuestFault.PF) {
            cpu.cr2 = fault.address;
        }
    }

    /** What two faults in a row amount to (SDM vol. 3, table 6-5). */
    private static GuestFault escalate(Cpu cpu, GuestFault first, GuestFault second) {
        noteAddress(cpu, second);
        if (first.vector == GuestFault.DF) {
            throw new ShutdownException();
        }
        boolean secondContributory = (CONTRIBUTORY >>> second.vector & 1) != 0;
        boolean escalates = (CONTRIBUTORY >>> first.vector & 1) != 0
                ? secondContributory
                : first.vector == GuestFault.PF && (secondContributory || second.vector == GuestFault.PF);
        return escalates ? GuestFault.of(GuestFault.DF, 0) : second;
    }

    private static void enter(Cpu cpu, int vector, boolean software, int external, int errorCode, long flagsImage) {
        if (!Mode.isProtected(cpu)) {
            enterReal(cpu, vector, flagsImage);
        } else if (Mode.isLong(cpu)) {
            enterLong(cpu, vector, software, external, errorCode, flagsImage);
        } else {
            enterProtected(cpu, vector, software, external, errorCode, flagsImage);
        }
    }

    // --- real mode (SDM vol. 3, 20.1.4) ---

    private static void enterReal(Cpu cpu, int vector, long flagsImage) {
        if (vector * 4 + 3 > cpu.idtLimit) {
            throw GuestFault.gp(vector * 8 + IDT);
        }
        enterParagraph(cpu, cpu.idtBase + vector * 4L, flagsImage & 0xFFFF);
        FlagOps.set(cpu, LazyFlags.rflags(cpu) & ~(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF));
    }

    private static void enterParagraph(Cpu cpu, long entry, long flagsImage) {
        long offset = cpu.mmu.loadSystem(entry, 2);
        int selector = (int) cpu.mmu.loadSystem(entry + 2, 2);
        Stack stack = Stack.current(cpu, 0);
        stack.push(flagsImage, 2);
        stack.push(cpu.selector[CS], 2);
        stack.push(cpu.rip, 2);
        stack.commit();
        Segments.loadParagraph(cpu, CS, selector);
        cpu.rip = offset;
    }

    /** INT n of virtual-8086 mode to the 8086 program's own table at address 0 (SDM vol. 3, 20.3.3). */
    private static void enterRedirected(Cpu cpu, int vector) {
        boolean virtual = Rflags.iopl(cpu.flags) < 3;
        long image = virtual ? FlagOps.virtualImage(cpu) : LazyFlags.rflags(cpu);
        enterParagraph(cpu, vector * 4L, image & 0xFFFF);
        FlagOps.set(cpu, LazyFlags.rflags(cpu) & ~(Rflags.TF | (virtual ? Rflags.VIF : Rflags.IF)));
    }

    // --- protected mode (SDM vol. 3, 6.12) ---

    private static void enterProtected(
            Cpu cpu, int vector, boolean software, int external, int errorCode, long flagsImage) {
        if (vector * 8 + 7 > cpu.idtLimit) {
            throw GuestFault.gp(vector * 8 + IDT + external);
        }
        Descriptor gate = new Descriptor(cpu.mmu.loadSystem(cpu.idtBase + vector * 8L, 8));
        boolean known = gate.isSystem()
                && switch (gate.type()) {
                    case Descriptor.TASK_GATE,
                            Descriptor.INTERRUPT16,
                            Descriptor.TRAP16,
                            Descriptor.INTERRUPT32,
                            Descriptor.TRAP32 -> true;
                    default -> false;
                };
        checkGate(cpu, gate, vector, known, software, external);
        if (gate.type() == Descriptor.TASK_GATE) {
            TaskSwitch.interrupt(cpu, gate, external, errorCode);
            return;
        }
        int selector = gate.gateSelector();
        Descriptor code = fetchHandler(cpu, selector, external);
        if (!code.isConforming() && code.dpl() < cpu.cpl) {
            enterInner(cpu, gate, selector, code, external, errorCode, flagsImage);
        } else {
            if (Mode.isVirtual(cpu)) {
                throw fault(GuestFault.GP, selector, external);
            }
            enterSame(cpu, gate, selector, code, external, errorCode, flagsImage);
        }
    }

    private static void checkGate(Cpu cpu, Descriptor gate, int vector, boolean known, boolean software, int external) {
        if (!known || software && gate.dpl() < cpu.cpl) {
            throw GuestFault.gp(vector * 8 + IDT + external);
        }
        if (!gate.isPresent()) {
            throw GuestFault.of(GuestFault.NP, vector * 8 + IDT + external);
        }
    }

    private static Descriptor fetchHandler(Cpu cpu, int selector, int external) {
        if (isNull(selector)) {
            throw GuestFault.gp(external);
        }
        Descriptor code = DescriptorTables.fetch(cpu, selector, GuestFault.GP, external);
        boolean wrongWidth = Mode.isLong(cpu) && (!code.isLongCode() || code.isBig());
        if (!code.isCode() || code.dpl() > cpu.cpl || wrongWidth) {
            throw fault(GuestFault.GP, selector, external);
        }
        if (!code.isPresent()) {
            throw fault(GuestFault.NP, selector, external);
        }
        return code;
    }

    private static void enterInner(
            Cpu cpu, Descriptor gate, int selector, Descriptor code, int external, int errorCode, long flagsImage) {
        int privilege = code.dpl();
        boolean virtual = Mode.isVirtual(cpu);
        if (virtual && privilege != 0) {
            throw fault(GuestFault.GP, selector, external);
        }
        TaskState.InnerStack inner = TaskState.innerStack(cpu, privilege, external);
        int stackSelector = inner.selector();
        if (isNull(stackSelector)) {
            throw GuestFault.of(GuestFault.TS, external);
        }
        Descriptor stackSegment = Segments.checkStack(cpu, stackSelector, privilege, GuestFault.TS, external);
        FarTransfers.checkOffset(cpu, code, gate.gateOffset(), external);
        int size = gate.isWideGate() ? 4 : 2;
        Stack stack = Stack.of(cpu, stackSelector, stackSegment, inner.pointer(), external);
        if (virtual) {
            for (int register : new int[] {GS, FS, DS, ES}) {
                stack.push(cpu.selector[register], size);
            }
        }
        stack.push(cpu.selector[SS], size);
        stack.push(cpu.r[RSP], size);
        pushFrame(cpu, stack, size, errorCode, flagsImage);
        Descriptor accessedStack = DescriptorTables.touch(cpu, stackSelector, stackSegment);
        Descriptor accessedCode = DescriptorTables.touch(cpu, selector, code);
        clearFlags(cpu, gate);
        if (virtual) {
            for (int register : new int[] {GS, FS, DS, ES}) {
                Segments.clear(cpu, register, 0);
            }
        }
        Segments.setCode(cpu, selector, accessedCode, privilege);
        Segments.set(cpu, SS, stackSelector, accessedStack);
        stack.commit();
        cpu.rip = gate.gateOffset();
    }

    private static void enterSame(
            Cpu cpu, Descriptor gate, int selector, Descriptor code, int external, int errorCode, long flagsImage) {
        FarTransfers.checkOffset(cpu, code, gate.gateOffset(), external);
        Stack stack = Stack.current(cpu, external);
        pushFrame(cpu, stack, gate.isWideGate() ? 4 : 2, errorCode, flagsImage);
        Descriptor accessed = DescriptorTables.touch(cpu, selector, code);
        clearFlags(cpu, gate);
        stack.commit();
        Segments.setCode(cpu, selector, accessed, cpu.cpl);
        cpu.rip = gate.gateOffset();
    }

    private static void pushFrame(Cpu cpu, Stack stack, int size, int errorCode, long flagsImage) {
        stack.push(flagsImage, size);
        stack.push(cpu.selector[CS], size);
        stack.push(cpu.rip, size);
        if (errorCode != NO_ERROR_CODE) {
            stack.push(errorCode, size);
        }
    }

    private static void clearFlags(Cpu cpu, Descriptor gate) {
        long cleared = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM;
        FlagOps.set(cpu, LazyFlags.rflags(cpu) & ~(gate.isInterruptGate() ? cleared | Rflags.IF : cleared));
    }

    // --- long mode (SDM vol. 3, 6.14) ---

    private static void enterLong(Cpu cpu, int vector, boolean software, int external, int errorCode, long flagsImage) {
        if (vector * 16 + 15 > cpu.idtLimit) {
            throw GuestFault.gp(vector * 8 + IDT + external);
        }
        long entry = cpu.idtBase + vector * 16L;
        Descriptor gate = new Descriptor(cpu.mmu.loadSystem(entry, 8), cpu.mmu.loadSystem(entry + 8, 8) & 0xFFFF_FFFFL);
        boolean known = gate.isSystem() && (gate.type() == Descriptor.INTERRUPT32 || gate.type() == Descriptor.TRAP32);
        checkGate(cpu, gate, vector, known, software, external);
        int selector = gate.gateSelector();
        Descriptor code = fetchHandler(cpu, selector, external);
        long offset = gate.gateOffset();
        if (!Mode.isCanonical(offset)) {
            throw GuestFault.gp(external);
        }
        int privilege = code.isConforming() ? cpu.cpl : code.dpl();
        boolean inner = privilege < cpu.cpl;
        long top;
        if (gate.gateStackTable() != 0) {
            top = TaskState.interruptStack(cpu, gate.gateStackTable(), external);
        } else {
            top = inner ? TaskState.innerStack64(cpu, privilege, external) : cpu.r[RSP];
        }
        Stack stack = Stack.flat(cpu, top & ~15, privilege, external);
        stack.push(cpu.selector[SS], 8);
        stack.push(cpu.r[RSP], 8);
        pushFrame(cpu, stack, 8, errorCode, flagsImage);
        Descriptor accessed = DescriptorTables.touch(cpu, selector, code);
        clearFlags(cpu, gate);
        Segments.setCode(cpu, selector, accessed, privilege);
        if (inner) {
            Segments.setNullStack(cpu, privilege, privilege);
        }
        stack.commit();
        cpu.rip = offset;
    }
}
