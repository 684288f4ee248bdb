package org.margay.cpu.internal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.BusLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.ShutdownException;
import org.margay.cpu.internal.apic.ApicNetwork;
import org.margay.cpu.internal.debug.DebugStopException;
import org.margay.cpu.internal.interp.CodeSharing;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.jit.Translator;
import org.margay.cpu.internal.system.CpuModel;
import org.margay.cpu.internal.system.CpuSnapshot;
import org.margay.cpu.internal.system.Snapshots;
import org.margay.cpu.internal.system.SystemUnit;
import org.margay.machine.CountedClock;
import org.margay.machine.CpuPins;
import org.margay.machine.CpuRegisters;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.debug.CpuDebugger;
import org.margay.machine.debug.DebugStop;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/**
 * A processor with its thread. The thread runs guest code without the machine lock, sleeps under it in HLT and while paused;
 * every request that may wake it is made under the lock.
 */
final class EngineCpu implements VirtualCpu {
    private final Machine machine;
    private final int index;
    private final ReentrantLock lock;
    private final Condition changed;
    private final Cpu cpu;
    private final SystemUnit system;
    private final Interpreter interpreter;
    private final @Nullable Translator translator;
    private final @Nullable InstructionPace pace;
    private final Pins pins;
    private final EngineDebugger debugger;
    private final GuestRam.WatchListener watchListener;
    private final AddressSpace.TopologyListener topologyListener = this::mapChanged;
    private final Set<GuestRam> watched = new HashSet<>();

    private @Nullable Thread thread;
    private volatile long threadId;

    // Under the machine lock.
    private boolean wanted;
    private boolean inGuest;
    private boolean closed;

    EngineCpu(Machine machine, int index, CpuModel model, CpuWiring wiring, @Nullable Translator translator) {
        this.machine = machine;
        this.index = index;
        this.lock = machine.lock();
        this.changed = lock.newCondition();
        this.cpu = new Cpu(model.features(), new MachineBus(machine, wiring));
        ApicNetwork network = machine.findOrPublish(ApicNetwork.class, ApicNetwork::new);
        this.system = new SystemUnit(cpu, model, index, machine.virtualClock(), machine.memoryRoot(), network);
        cpu.busLock = machine.findOrPublish(BusLock.class, BusLock::new);
        cpu.watchCode = GuestRam.watchCode(index);
        this.interpreter = new Interpreter(cpu);
        interpreter.share(machine.findOrPublish(CodeSharing.class, CodeSharing::new));
        this.translator = translator;
        if (translator != null) {
            interpreter.promoteTo(translator);
        }
        if (machine.virtualClock() instanceof CountedClock clock) {
            InstructionPace counting = new InstructionPace(machine, clock, cpu);
            interpreter.countFor(counting);
            pace = counting;
        } else {
            pace = null;
        }
        this.pins = new Pins(cpu, system, network);
        this.debugger = new EngineDebugger(this, cpu, interpreter);
        this.watchListener = interpreter.watchListener();
        cpu.onRequest(this::wake);
        machine.memory().addListener(topologyListener);
        watch(machine.memory().view());
    }

    /** What counts its instructions, where virtual time goes with them. */
    @Nullable
    InstructionPace pace() {
        return pace;
    }

    /** All its registers. Paused; under the machine lock. */
    CpuSnapshot snapshot() {
        return Snapshots.save(cpu);
    }

    CpuPins pins() {
        return pins;
    }

    // --- what the machine asks for, under its lock ---

    @Override
    public int index() {
        return index;
    }

    @Override
    public void start() {
        wanted = true;
        cpu.outside.pass(programCounter());
        changed.signalAll();
        if (thread == null) {
            thread = Thread.ofPlatform().name("vcpu " + index).daemon().start(this::live);
        }
    }

    @Override
    public void pause() {
        wanted = false;
        cpu.request(Cpu.REQUEST_EXIT);
        if (inGuest && Thread.currentThread() != thread) {
            Cpu waiting = cpu.busLock.stepAside();
            while (inGuest) {
                changed.awaitUninterruptibly();
            }
            cpu.busLock.comeBack(waiting);
        }
    }

    /** Does something that no guest code may run beside. */
    void whilePaused(Runnable change) {
        boolean ran = wanted;
        pause();
        change.run();
        if (ran) {
            start();
        }
    }

    @Override
    public void reset() {
        system.reset();
        cpu.flushTlb(false);
        cpu.attention = true;
    }

    @Override
    public void close() {
        closed = true;
        pause();
        machine.memory().removeListener(topologyListener);
        watched.forEach(ram -> ram.removeListener(watchListener));
        watched.clear();
        system.apic().close();
        if (translator != null) {
            translator.close();
        }
    }

    @Override
    public long programCounter() {
        return cpu.isMode64() ? cpu.rip : cpu.segBase[CpuState.CS] + cpu.rip & 0xFFFF_FFFFL;
    }

    @Override
    public boolean halted() {
        return cpu.halted;
    }

    @Override
    public boolean asleep() {
        return wanted && !inGuest && cpu.halted && !cpu.system.wakesFromHalt(cpu);
    }

    @Override
    public long threadId() {
        return threadId;
    }

    @Override
    public void injectNmi() {
        pins.nmi();
    }

    @Override
    public OptionalLong translate(long linear) {
        return cpu.mmu.translateDebug(linear);
    }

    @Override
    public CpuRegisters registers() {
        return RegisterFile.read(cpu);
    }

    @Override
    public void setRegisters(CpuRegisters registers) {
        RegisterFile.write(cpu, registers);
    }

    @Override
    public Optional<CpuDebugger> debugger() {
        return Optional.of(debugger);
    }

    @Override
    public long instructions() {
        return cpu.instructions;
    }

    // --- the thread ---

    private void live() {
        threadId = nativeThreadId();
        system.apic().belongsToThisThread();
        lock.lock();
        try {
            while (!closed) {
                if (!wanted || asleep()) {
                    sleepersChanged();
                    changed.awaitUninterruptibly();
                } else {
                    cpu.clearRequest(Cpu.REQUEST_EXIT);
                    sleepersChanged();
                    inGuest = true;
                    boolean step = debugger.takeStep();
                    lock.unlock();
                    try {
                        run(step);
                    } finally {
                        lock.lock();
                        inGuest = false;
                        changed.signalAll();
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void sleepersChanged() {
        if (pace != null) {
            pace.sleepersChanged();
        }
    }

    /** Runs guest code until something is to be done under the lock; what goes wrong stops this processor. */
    private void run(boolean step) {
        try {
            cpu.busLock.enter(cpu);
            try {
                if (step) {
                    interpreter.step();
                } else {
                    interpreter.run();
                }
            } finally {
                cpu.busLock.leave();
            }
            if (step) {
                stopFor(new DebugStop.Stepped());
            }
        } catch (DebugStopException e) {
            stopFor(e.stop());
        } catch (ShutdownException e) {
            sleep();
            machine.requestReset(true);
        } catch (RuntimeException | Error e) {
            sleep();
            machine.internalError("vCPU %d at %#x".formatted(index, programCounter()), e);
        }
    }

    /** A debugger wants the machine to stop here. */
    private void stopFor(DebugStop stop) {
        lock.lock();
        try {
            wanted = false;
            debugger.stopped(stop);
            machine.stop(RunState.DEBUG);
        } finally {
            lock.unlock();
        }
    }

    private void sleep() {
        lock.lock();
        try {
            wanted = false;
        } finally {
            lock.unlock();
        }
    }

    /** A request was made: when that was done under the lock, the thread may be waiting for it. */
    private void wake() {
        if (lock.isHeldByCurrentThread()) {
            changed.signalAll();
        }
    }

    private void mapChanged(FlatView view) {
        watch(view);
        cpu.request(Cpu.REQUEST_FLUSH);
    }

    private void watch(FlatView view) {
        for (FlatView.Range range : view.ranges()) {
            GuestRam ram = range.ram();
            if (ram != null && watched.add(ram)) {
                ram.addListener(watchListener);
            }
        }
    }

    private static long nativeThreadId() {
        try {
            // A symbolic link "PID/task/TID" on Linux.
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException | RuntimeException e) {
            return Thread.currentThread().threadId();
        }
    }
}
