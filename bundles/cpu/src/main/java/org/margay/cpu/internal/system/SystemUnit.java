package org.margay.cpu.internal.system;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.SystemHooks;
import org.margay.cpu.internal.apic.ApicNetwork;
import org.margay.cpu.internal.apic.ApicOutput;
import org.margay.cpu.internal.apic.LocalApic;
import org.margay.cpu.internal.apic.X2Apic;
import org.margay.cpu.internal.table.Feature;
import org.margay.machine.Clock;
import org.margay.memory.MemoryRegion;

/**
 * The system part of one processor: model, model-specific registers, local APIC, interrupts. The vCPU's thread enters
 * through {@link SystemHooks}; the APIC reports from any thread under the machine lock.
 */
public final class SystemUnit implements SystemHooks {
    private final Cpu cpu;
    private final CpuModel model;
    private final ModelRegisters registers = new ModelRegisters();
    private final LocalApic apic;

    /** A processor other than the boot one waits for a start-up message after INIT. */
    private final boolean bootProcessor;

    private volatile boolean waitsForStartUp;

    /** RF held off breakpoints of the instruction under way, and is used up by it. */
    private boolean resumes;

    private volatile int startUpPage;

    /**
     * Makes the system part of a processor and plugs it in.
     *
     * @param index of the processor, which is its APIC id: 0-254; 0 boots
     * @param space guest-physical memory, where the APIC's page shows
     */
    public SystemUnit(Cpu cpu, CpuModel model, int index, Clock clock, MemoryRegion space, ApicNetwork network) {
        this.cpu = cpu;
        this.model = model;
        this.bootProcessor = index == 0;
        this.apic = new LocalApic(index, bootProcessor, clock, space, network, new Output());
        cpu.system = this;
        reset();
    }

    /** The system part of a processor that has one. */
    public static SystemUnit of(Cpu cpu) {
        return (SystemUnit) cpu.system;
    }

    public CpuModel model() {
        return model;
    }

    ModelRegisters registers() {
        return registers;
    }

    /** Under the machine lock only. */
    public LocalApic apic() {
        return apic;
    }

    // --- reset ---

    /** Power-on: every register has its documented value. The vCPU's thread stands still; under the machine lock. */
    public void reset() {
        ResetState.powerOn(cpu, model);
        registers.powerOn();
        registers.tscOffset = -cpu.bus.virtualNanos();
        apic.reset();
        cpu.clearRequest(Cpu.REQUEST_NMI | Cpu.REQUEST_INIT | Cpu.REQUEST_SIPI);
        waitsForStartUp = !bootProcessor;
        cpu.halted = waitsForStartUp;
    }

    private void init() {
        locked(() -> {
            apic.init();
            return 0;
        });
        ResetState.init(cpu, model);
        // A start-up message that is there came behind INIT.
        cpu.clearRequest(Cpu.REQUEST_NMI);
        waitsForStartUp = !bootProcessor;
        cpu.halted = waitsForStartUp;
    }

    private void startUp() {
        waitsForStartUp = false;
        cpu.halted = false;
        cpu.selector[CpuState.CS] = startUpPage << 8;
        cpu.segBase[CpuState.CS] = (long) startUpPage << 12;
        cpu.rip = 0;
        cpu.modeChanged();
    }

    CpuSnapshot.Activity activity() {
        boolean pendingNmi = (cpu.requests() & Cpu.REQUEST_NMI) != 0;
        return new CpuSnapshot.Activity(
                cpu.halted || waitsForStartUp, waitsForStartUp, cpu.interruptShadow, cpu.nmiBlocked, pendingNmi);
    }

    void setActivity(CpuSnapshot.Activity activity) {
        waitsForStartUp = activity.waitsForStartUp();
        cpu.halted = activity.halted();
        cpu.interruptShadow = activity.interruptShadow();
        cpu.nmiBlocked = activity.nmiBlocked();
        cpu.clearRequest(Cpu.REQUEST_NMI | Cpu.REQUEST_INIT | Cpu.REQUEST_SIPI);
        if (activity.pendingNmi()) {
            cpu.request(Cpu.REQUEST_NMI);
        }
    }

    // --- hooks of the engine ---

    @Override
    public void deliverFault(Cpu target, GuestFault fault) {
        Delivery.exception(target, fault);
    }

    @Override
    public void serviceRequests(Cpu target) {
        int requests = cpu.requests();
        if ((requests & Cpu.REQUEST_INIT) != 0) {
            cpu.clearRequest(Cpu.REQUEST_INIT);
            init();
        } else if (waitsForStartUp) {
            if ((requests & Cpu.REQUEST_SIPI) != 0) {
                startUp();
            }
            cpu.clearRequest(Cpu.REQUEST_SIPI);
        } else if ((requests & Cpu.REQUEST_NMI) != 0 && !cpu.nmiBlocked) {
            cpu.clearRequest(Cpu.REQUEST_NMI);
            cpu.nmiBlocked = true;
            cpu.halted = false;
            Delivery.external(cpu, GuestFault.NMI);
        } else if ((requests & Cpu.REQUEST_INTERRUPT) != 0 && (cpu.flags & Rflags.IF) != 0) {
            int vector = (int) locked(this::acknowledge);
            if (vector >= 0) {
                cpu.halted = false;
                Delivery.external(cpu, vector);
            }
        }
    }

    private long acknowledge() {
        int vector = apic.acknowledge();
        return vector == LocalApic.ASK_CONTROLLER ? cpu.bus.acknowledgeInterrupt() : vector;
    }

    @Override
    public void beforeStep(Cpu target) {
        resumes = (cpu.flags & Rflags.RF) != 0;
        long base = Mode.is64Bit(cpu) ? 0 : cpu.segBase[CpuState.CS];
        DebugUnit.checkExecute(cpu, Mode.isLong(cpu) ? base + cpu.rip : base + cpu.rip & 0xFFFF_FFFFL);
    }

    @Override
    public void afterStep(Cpu target, boolean trapFlagWasSet) {
        if (resumes) {
            cpu.flags &= ~Rflags.RF;
            resumes = false;
        }
        DebugUnit.afterStep(cpu, trapFlagWasSet);
    }

    @Override
    public boolean wakesFromHalt(Cpu target) {
        int requests = cpu.requests();
        if (waitsForStartUp) {
            return (requests & (Cpu.REQUEST_INIT | Cpu.REQUEST_SIPI)) != 0;
        }
        boolean interrupt = (requests & Cpu.REQUEST_INTERRUPT) != 0 && (cpu.flags & Rflags.IF) != 0;
        boolean nmi = (requests & Cpu.REQUEST_NMI) != 0 && !cpu.nmiBlocked;
        return interrupt || nmi || (requests & Cpu.REQUEST_INIT) != 0;
    }

    @Override
    public void checkPort(Cpu target, int port, int size) {
        boolean bitmapDecides = Mode.isVirtual(cpu) || Mode.isProtected(cpu) && cpu.cpl > Rflags.iopl(cpu.flags);
        if (bitmapDecides && !TaskState.allowsPorts(cpu, port, size)) {
            throw GuestFault.gp(0);
        }
        if (DebugUnit.isArmed(cpu)) {
            DebugUnit.notePort(cpu, port, size);
        }
    }

    // --- what instructions ask of the APIC ---

    int apicId() {
        return apic.id();
    }

    boolean apicEnabled() {
        return apic.isGloballyEnabled();
    }

    long taskPriority() {
        return locked(apic::taskPriority) >>> 4;
    }

    /** @param priority 0-15, as in CR8 */
    void setTaskPriority(int priority) {
        locked(() -> {
            apic.setTaskPriority(priority << 4);
            return 0;
        });
    }

    long readApicBase() {
        checkApic();
        return locked(apic::base);
    }

    void writeApicBase(Cpu target, long value) {
        checkApic();
        boolean done = locked(() -> apic.writeBase(value, model.has(Feature.X2APIC)) ? 1 : 0) != 0;
        if (!done) {
            throw GuestFault.gp(0);
        }
        cpu.flushTlb(false);
    }

    private void checkApic() {
        if (!model.has(Feature.APIC)) {
            throw GuestFault.gp(0);
        }
    }

    long readX2Apic(int register) {
        try {
            return locked(() -> X2Apic.read(apic, register));
        } catch (IllegalArgumentException e) {
            throw GuestFault.gp(0);
        }
    }

    void writeX2Apic(int register, long value) {
        try {
            locked(() -> {
                X2Apic.write(apic, register, value);
                return 0;
            });
        } catch (IllegalArgumentException e) {
            throw GuestFault.gp(0);
        }
    }

    /** IA32_TSC_DEADLINE: the count of the time stamp counter at which the timer fires, 0 when it is off. */
    long readTimerDeadline(Cpu target) {
        long nanos = locked(apic::timerDeadline);
        return nanos < 0 ? 0 : nanos + registers.tscOffset;
    }

    void writeTimerDeadline(Cpu target, long count) {
        long nanos = count - registers.tscOffset;
        locked(() -> {
            apic.setTimerDeadline(count == 0 ? 0 : Math.max(1, nanos));
            return 0;
        });
    }

    long loadPhysical(long address, int size) {
        return locked(() -> cpu.bus.memory().read(address, size));
    }

    @FunctionalInterface
    private interface LockedAction {
        long run();
    }

    private long locked(LockedAction action) {
        ReentrantLock lock = cpu.bus.machineLock();
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    /** The APIC's wires, as request bits. */
    private final class Output implements ApicOutput {
        @Override
        public void interrupt(boolean pending) {
            if (pending) {
                cpu.request(Cpu.REQUEST_INTERRUPT);
            } else {
                cpu.clearRequest(Cpu.REQUEST_INTERRUPT);
            }
        }

        @Override
        public void nmi() {
            cpu.request(Cpu.REQUEST_NMI);
        }

        @Override
        public void init() {
            cpu.clearRequest(Cpu.REQUEST_SIPI);
            cpu.request(Cpu.REQUEST_INIT);
        }

        @Override
        public void startUp(int page) {
            if (waitsForStartUp || (cpu.requests() & Cpu.REQUEST_INIT) != 0 && !bootProcessor) {
                startUpPage = page;
                cpu.request(Cpu.REQUEST_SIPI);
            }
        }
    }
}
