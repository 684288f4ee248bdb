package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.RSP;
import static org.margay.cpu.internal.CpuState.SS;
import static org.margay.cpu.internal.system.DescriptorTables.RPL;
import static org.margay.cpu.internal.system.DescriptorTables.fault;
import static org.margay.cpu.internal.system.DescriptorTables.isNull;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;

/** Far JMP, CALL and RET: direct, through gates, to tasks (SDM vol. 3, 5.8; JMP, CALL, RET in vol. 2). */
public final class FarTransfers {
    private FarTransfers() {}

    /**
     * JMP ptr or m16:16, m16:32, m16:64.
     *
     * @param offset cut to the operand size
     */
    public static void jump(Cpu cpu, int selector, long offset) {
        if (Mode.isParagraph(cpu)) {
            checkParagraphOffset(cpu, offset);
            Segments.loadParagraph(cpu, CS, selector);
            cpu.rip = offset;
            return;
        }
        Descriptor target = fetchTarget(cpu, selector);
        if (target.isCode()) {
            checkCode(cpu, selector, target, cpu.cpl, selector & RPL);
            checkOffset(cpu, target, offset);
            Segments.setCode(cpu, selector, DescriptorTables.touch(cpu, selector, target), cpu.cpl);
            cpu.rip = offset;
        } else {
            jumpBySystemDescriptor(cpu, selector, target);
        }
    }

    private static void jumpBySystemDescriptor(Cpu cpu, int selector, Descriptor target) {
        switch (checkSystem(cpu, selector, target)) {
            case Descriptor.CALL16, Descriptor.CALL32 -> {
                Descriptor gate = completeGate(cpu, selector, target);
                int code = gate.gateSelector();
                Descriptor segment = fetchTarget(cpu, code);
                checkGateTarget(cpu, code, segment);
                if (!segment.isConforming() && segment.dpl() != cpu.cpl) {
                    throw fault(GuestFault.GP, code, 0);
                }
                checkOffset(cpu, segment, gate.gateOffset());
                Segments.setCode(cpu, code, DescriptorTables.touch(cpu, code, segment), cpu.cpl);
                cpu.rip = gate.gateOffset();
            }
            case Descriptor.TASK_GATE -> TaskSwitch.byGate(cpu, target, TaskSwitch.Cause.JUMP);
            default -> TaskSwitch.direct(cpu, selector, target, TaskSwitch.Cause.JUMP);
        }
    }

    /**
     * CALL ptr or m16:16, m16:32, m16:64.
     *
     * @param size operand size: of the offset and of what a direct call pushes
     */
    public static void call(Cpu cpu, int selector, long offset, int size) {
        if (Mode.isParagraph(cpu)) {
            checkParagraphOffset(cpu, offset);
            Stack stack = Stack.current(cpu, 0);
            pushReturn(cpu, stack, size);
            stack.commit();
            Segments.loadParagraph(cpu, CS, selector);
            cpu.rip = offset;
            return;
        }
        Descriptor target = fetchTarget(cpu, selector);
        if (target.isCode()) {
            checkCode(cpu, selector, target, cpu.cpl, selector & RPL);
            enterSameLevel(cpu, selector, target, offset, size);
            return;
        }
        switch (checkSystem(cpu, selector, target)) {
            case Descriptor.CALL16, Descriptor.CALL32 -> callByGate(cpu, completeGate(cpu, selector, target));
            case Descriptor.TASK_GATE -> TaskSwitch.byGate(cpu, target, TaskSwitch.Cause.CALL);
            default -> TaskSwitch.direct(cpu, selector, target, TaskSwitch.Cause.CALL);
        }
    }

    private static void callByGate(Cpu cpu, Descriptor gate) {
        int code = gate.gateSelector();
        Descriptor segment = fetchTarget(cpu, code);
        checkGateTarget(cpu, code, segment);
        int size = Mode.isLong(cpu) ? 8 : gate.isWideGate() ? 4 : 2;
        if (segment.isConforming() || segment.dpl() == cpu.cpl) {
            enterSameLevel(cpu, code, segment, gate.gateOffset(), size);
        } else if (size == 8) {
            enterInnerLevel64(cpu, code, segment, gate);
        } else {
            enterInnerLevel(cpu, code, segment, gate, size);
        }
    }

    private static void enterSameLevel(Cpu cpu, int selector, Descriptor segment, long offset, int size) {
        checkOffset(cpu, segment, offset);
        Stack stack = Stack.current(cpu, 0);
        pushReturn(cpu, stack, size);
        Descriptor accessed = DescriptorTables.touch(cpu, selector, segment);
        stack.commit();
        Segments.setCode(cpu, selector, accessed, cpu.cpl);
        cpu.rip = offset;
    }

    private static void enterInnerLevel(Cpu cpu, int code, Descriptor segment, Descriptor gate, int size) {
        int privilege = segment.dpl();
        TaskState.InnerStack inner = TaskState.innerStack(cpu, privilege, 0);
        int stackSelector = inner.selector();
        if (isNull(stackSelector)) {
            throw GuestFault.of(GuestFault.TS, 0);
        }
        Descriptor stackSegment = Segments.checkStack(cpu, stackSelector, privilege, GuestFault.TS, 0);
        checkOffset(cpu, segment, gate.gateOffset());
        Stack old = Stack.current(cpu, 0);
        Stack stack = Stack.of(cpu, stackSelector, stackSegment, inner.pointer(), 0);
        stack.push(cpu.selector[SS], size);
        stack.push(cpu.r[RSP], size);
        for (int i = gate.gateParameters() - 1; i >= 0; i--) {
            stack.push(old.peek((long) i * size, size), size);
        }
        pushReturn(cpu, stack, size);
        Descriptor accessedStack = DescriptorTables.touch(cpu, stackSelector, stackSegment);
        Descriptor accessedCode = DescriptorTables.touch(cpu, code, segment);
        Segments.setCode(cpu, code, accessedCode, privilege);
        Segments.set(cpu, SS, stackSelector, accessedStack);
        stack.commit();
        cpu.rip = gate.gateOffset();
    }

    private static void enterInnerLevel64(Cpu cpu, int code, Descriptor segment, Descriptor gate) {
        int privilege = segment.dpl();
        checkOffset(cpu, segment, gate.gateOffset());
        Stack stack = Stack.flat(cpu, TaskState.innerStack64(cpu, privilege, 0), privilege, 0);
        stack.push(cpu.selector[SS], 8);
        stack.push(cpu.r[RSP], 8);
        pushReturn(cpu, stack, 8);
        Descriptor accessed = DescriptorTables.touch(cpu, code, segment);
        Segments.setCode(cpu, code, accessed, privilege);
        Segments.setNullStack(cpu, privilege, privilege);
        stack.commit();
        cpu.rip = gate.gateOffset();
    }

    private static void pushReturn(Cpu cpu, Stack stack, int size) {
        stack.push(cpu.selector[CS], size);
        stack.push(cpu.rip, size);
    }

    /**
     * RET far.
     *
     * @param size operand size in bytes
     * @param release bytes of parameters to drop
     */
    public static void ret(Cpu cpu, int size, int release) {
        Stack stack = Stack.current(cpu, 0);
        long offset = stack.pop(size);
        int selector = (int) stack.pop(size) & 0xFFFF;
        if (Mode.isParagraph(cpu)) {
            checkParagraphOffset(cpu, offset);
            stack.skip(release);
            stack.commit();
            Segments.loadParagraph(cpu, CS, selector);
            cpu.rip = offset;
            return;
        }
        Descriptor code = checkReturn(cpu, selector);
        stack.skip(release);
        if ((selector & RPL) == cpu.cpl) {
            checkOffset(cpu, code, offset);
            Descriptor accessed = DescriptorTables.touch(cpu, selector, code);
            stack.commit();
            Segments.setCode(cpu, selector, accessed, cpu.cpl);
            cpu.rip = offset;
        } else {
            long pointer = stack.pop(size);
            int stackSelector = (int) stack.pop(size) & 0xFFFF;
            returnOutward(cpu, selector, code, offset, stackSelector, pointer + release);
        }
    }

    /** The code segment that RET and IRET go back to, checked. */
    static Descriptor checkReturn(Cpu cpu, int selector) {
        Descriptor code = fetchTarget(cpu, selector);
        int privilege = selector & RPL;
        if (privilege < cpu.cpl
                || !code.isCode()
                || (code.isConforming() ? code.dpl() > privilege : code.dpl() != privilege)) {
            throw fault(GuestFault.GP, selector, 0);
        }
        checkLong(cpu, selector, code);
        if (!code.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
        return code;
    }

    /** The last part of RET and IRET that load SS: to an outer level, or any IRET of 64-bit mode. */
    static void returnOutward(
            Cpu cpu, int selector, Descriptor code, long offset, int stackSelector, long stackPointer) {
        int privilege = selector & RPL;
        boolean to64 = Mode.isLong(cpu) && code.isLongCode();
        Descriptor stack = null;
        if (!isNull(stackSelector)) {
            stack = Segments.checkStack(cpu, stackSelector, privilege, GuestFault.GP, 0);
        } else if (!to64 || privilege == 3 || (stackSelector & RPL) != privilege) {
            throw GuestFault.gp(0);
        }
        checkOffset(cpu, code, offset);
        Descriptor accessedCode = DescriptorTables.touch(cpu, selector, code);
        Descriptor accessedStack = stack == null ? null : DescriptorTables.touch(cpu, stackSelector, stack);
        boolean outward = privilege > cpu.cpl;
        Segments.setCode(cpu, selector, accessedCode, privilege);
        if (accessedStack == null) {
            Segments.setNullStack(cpu, stackSelector, privilege);
        } else {
            Segments.set(cpu, SS, stackSelector, accessedStack);
        }
        setStackPointer(cpu, stackPointer);
        cpu.rip = offset;
        if (outward) {
            Segments.dropPrivileged(cpu);
        }
    }

    private static void setStackPointer(Cpu cpu, long pointer) {
        long mask = Mode.stackMask(cpu);
        long[] r = cpu.r;
        r[RSP] = mask == 0xFFFF ? r[RSP] & ~mask | pointer & mask : pointer & mask;
    }

    private static Descriptor fetchTarget(Cpu cpu, int selector) {
        if (isNull(selector)) {
            throw GuestFault.gp(0);
        }
        return DescriptorTables.fetch(cpu, selector, GuestFault.GP, 0);
    }

    /** A direct transfer to a code segment at a privilege level (SDM vol. 3, 5.8.1). */
    private static void checkCode(Cpu cpu, int selector, Descriptor code, int privilege, int requested) {
        boolean allowed =
                code.isConforming() ? code.dpl() <= privilege : requested <= privilege && code.dpl() == privilege;
        if (!allowed) {
            throw fault(GuestFault.GP, selector, 0);
        }
        checkLong(cpu, selector, code);
        if (!code.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
    }

    /** L and D together are reserved (SDM vol. 3, 5.2.1). */
    private static void checkLong(Cpu cpu, int selector, Descriptor code) {
        if (Mode.isLong(cpu) && code.isLongCode() && code.isBig()) {
            throw fault(GuestFault.GP, selector, 0);
        }
    }

    private static void checkGateTarget(Cpu cpu, int selector, Descriptor code) {
        boolean wrongWidth = Mode.isLong(cpu) && (!code.isLongCode() || code.isBig());
        if (!code.isCode() || code.dpl() > cpu.cpl || wrongWidth) {
            throw fault(GuestFault.GP, selector, 0);
        }
        if (!code.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
    }

    /** Type and privilege of a gate or TSS that a far transfer names; gives the type. */
    private static int checkSystem(Cpu cpu, int selector, Descriptor target) {
        int type = target.type();
        boolean known = target.isSystem()
                && switch (type) {
                    case Descriptor.CALL32 -> true;
                    case Descriptor.CALL16, Descriptor.TASK_GATE, Descriptor.TSS16, Descriptor.TSS32 ->
                        !Mode.isLong(cpu);
                    default -> false;
                };
        if (!known || target.dpl() < cpu.cpl || target.dpl() < (selector & RPL)) {
            throw fault(GuestFault.GP, selector, 0);
        }
        if (!target.isPresent()) {
            throw fault(GuestFault.NP, selector, 0);
        }
        return type;
    }

    private static Descriptor completeGate(Cpu cpu, int selector, Descriptor gate) {
        return Mode.isLong(cpu) ? DescriptorTables.widen(cpu, selector, gate, GuestFault.GP, 0) : gate;
    }

    private static void checkParagraphOffset(Cpu cpu, long offset) {
        if (offset > cpu.segLimit[CS]) {
            throw GuestFault.gp(0);
        }
    }

    /** The new RIP must be canonical in 64-bit code, within the limit elsewhere. */
    static void checkOffset(Cpu cpu, Descriptor code, long offset) {
        checkOffset(cpu, code, offset, 0);
    }

    static void checkOffset(Cpu cpu, Descriptor code, long offset, int external) {
        boolean inside = Mode.isLong(cpu) && code.isLongCode()
                ? Mode.isCanonical(offset)
                : Long.compareUnsigned(offset, code.limit()) <= 0;
        if (!inside) {
            throw GuestFault.gp(external);
        }
    }
}
