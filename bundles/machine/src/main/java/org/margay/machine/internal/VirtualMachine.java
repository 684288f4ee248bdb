package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Accelerator;
import org.margay.machine.Clock;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.MachineBase;
import org.margay.machine.MachinePlan;
import org.margay.machine.ResumeCheck;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.WakeupCause;
import org.margay.machine.plan.InstructionCounting;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine that the parts build on: loop, clocks, address spaces, objects and run state, put together. */
final class VirtualMachine extends MachineBase {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

    private final Accelerator accelerator;
    private final BiConsumer<String, @Nullable Object> events;
    private final MachineLoop loop;
    private final GuestClock virtualClock;
    private final LoopClock realtimeClock;
    private final LoopClock hostClock;
    private final EventLimits limits;
    private final RunControl control;
    private final List<VirtualCpu> cpus = new CopyOnWriteArrayList<>();
    private final List<Runnable> closes = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private boolean closed;

    /** @param events sends an event with its data to all clients */
    VirtualMachine(MachinePlan plan, Accelerator accelerator, BiConsumer<String, @Nullable Object> events) {
        super(plan);
        this.accelerator = accelerator;
        this.events = events;
        this.loop = new MachineLoop(this::internalError);
        this.virtualClock = makeVirtualClock();
        this.realtimeClock = new RealtimeClock(loop);
        this.hostClock = new WallClock(loop);
        this.limits = new EventLimits(realtimeClock, events);
        this.control = new RunControl(loop, virtualClock, plan, cpus, events, this::close);
        publish(GuestHold.class, control);
        publish(QmpLoop.class, loop);
        loop.add(virtualClock);
        loop.add(realtimeClock);
        loop.add(hostClock);
    }

    private GuestClock makeVirtualClock() {
        if (accelerator.steppedClock()) {
            return new GuestClock.Stepped(loop);
        }
        return plan().get(InstructionCounting.class)
                .<GuestClock>map(counting -> new InstructionClock(loop, counting, cpus))
                .orElseGet(() -> new GuestClock.Running(loop));
    }

    MachineLoop loop() {
        return loop;
    }

    RunControl control() {
        return control;
    }

    /** Done when the machine has ended and given all back, with the exit code. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    /** Ends it all; on the loop's turn. What a part throws does not keep the others from closing. */
    void close(int exitCode) {
        if (closed) {
            return;
        }
        closed = true;
        loop.ending();
        cpus.forEach(cpu -> loop.guarded("vCPU close", cpu::close));
        closes.reversed().forEach(close -> loop.guarded("close", close));
        loop.end();
        ended.complete(exitCode);
    }

    @Override
    public ReentrantLock lock() {
        return loop.lock();
    }

    @Override
    public void later(Runnable task) {
        loop.later(task);
    }

    @Override
    public void soon(Runnable task) {
        loop.soon(task);
    }

    @Override
    public boolean aside(Runnable work) {
        return loop.aside(work);
    }

    @Override
    public Clock virtualClock() {
        return virtualClock;
    }

    @Override
    public Clock realtimeClock() {
        return realtimeClock;
    }

    @Override
    public Clock hostClock() {
        return hostClock;
    }

    @Override
    public List<VirtualCpu> cpus() {
        return List.copyOf(cpus);
    }

    @Override
    public Accelerator accelerator() {
        return accelerator;
    }

    @Override
    public VirtualCpu addCpu(CpuWiring wiring) {
        VirtualCpu cpu = accelerator.create(this, cpus.size(), wiring);
        cpus.add(cpu);
        return cpu;
    }

    @Override
    public RunState runState() {
        return control.state();
    }

    @Override
    public void stop(RunState why) {
        control.stop(why);
    }

    @Override
    public void resume() {
        control.resume();
    }

    @Override
    public void beforeResume(ResumeCheck check) {
        control.beforeResume(check);
    }

    @Override
    public void checkResume() throws QmpException {
        control.checkResume();
    }

    @Override
    public void onReset(Runnable reset) {
        control.onReset(reset);
    }

    @Override
    public void onFirstInstruction(Runnable start) {
        control.onFirstInstruction(start);
    }

    @Override
    public void onPowerButton(Runnable press) {
        control.onPowerButton(press);
    }

    @Override
    public void onRunState(Consumer<RunState> listener) {
        control.onRunState(listener);
    }

    @Override
    public void onWakeup(Consumer<WakeupCause> wakeup) {
        control.onWakeup(wakeup);
    }

    @Override
    public void enableWakeup(WakeupCause cause, boolean enabled) {
        control.enableWakeup(cause, enabled);
    }

    @Override
    public void onClose(Runnable close) {
        closes.add(close);
    }

    @Override
    public void requestReset(boolean byGuest) {
        control.requestReset(byGuest);
    }

    @Override
    public void requestShutdown(boolean byGuest) {
        control.requestShutdown(byGuest);
    }

    @Override
    public void requestQuit() {
        control.requestQuit(false);
    }

    @Override
    public void requestExit(int code) {
        control.requestExit(code);
    }

    @Override
    public void reportPanic() {
        control.reportPanic();
    }

    @Override
    public void requestPowerdown() {
        control.requestPowerdown();
    }

    @Override
    public void requestSuspend() {
        control.requestSuspend();
    }

    @Override
    public void requestWakeup(WakeupCause cause) {
        control.requestWakeup(cause);
    }

    @Override
    public void internalError(String where, Throwable cause) {
        LOG.error("internal error in {}: the guest is stopped", where, cause);
        loop.later(() -> control.stop(RunState.INTERNAL_ERROR));
    }

    @Override
    public void emit(String event, @Nullable Object data) {
        events.accept(event, data);
    }

    @Override
    public void emitLimited(String event, String subject, Object data) {
        limits.emit(event, subject, data);
    }
}
