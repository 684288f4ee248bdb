package org.margay.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Accelerator;
import org.margay.machine.CpuWiring;
import org.margay.machine.MachineBase;
import org.margay.machine.MachinePlan;
import org.margay.machine.ResumeCheck;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.WakeupCause;
import org.margay.qmp.QmpException;

/** A machine whose processors run nothing, on clocks stepped by hand; what devices ask of it is written down in {@link #requests()}. */
public final class BenchMachine extends MachineBase {
    /** Longer than any test may have to wait for a thread, in nanoseconds. */
    private static final long PATIENCE = 20_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final ManualClock virtualClock = new ManualClock(0);
    private final ManualClock realtimeClock = new ManualClock(0);
    /** 2012-03-14 15:09:26 UTC. */
    private final ManualClock hostClock = new ManualClock(1_331_737_766_000_000_000L);

    private final List<VirtualCpu> cpus = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Runnable> resets = new ArrayList<>();
    private final List<Runnable> firstInstructions = new ArrayList<>();
    private final List<Runnable> powerButtons = new ArrayList<>();
    private final List<Consumer<WakeupCause>> wakeups = new ArrayList<>();
    private final Deque<Runnable> closes = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Consumer<RunState>> runStates = new ArrayList<>();
    private final List<ResumeCheck> resumeChecks = new ArrayList<>();
    private RunState runState = RunState.RUNNING;

    public BenchMachine() {
        super(new MachinePlan());
    }

    /** Moves all three clocks on. */
    public void advance(long nanos) {
        virtualClock.advance(nanos);
        realtimeClock.advance(nanos);
        hostClock.advance(nanos);
        runTasks();
    }

    /** Runs what {@link #later} was given. */
    public void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Runs what {@link #later} is given, by threads of the device's helpers too, until something has come true. */
    public void runUntil(BooleanSupplier done) {
        long patience = System.nanoTime() + PATIENCE;
        while (!done.getAsBoolean()) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            } else if (System.nanoTime() > patience) {
                throw new AssertionError("it did not come true");
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** Runs all close hooks, the last one first. */
    public void close() {
        closes.forEach(Runnable::run);
    }

    /** Runs all reset hooks. */
    public void reset() {
        resets.forEach(Runnable::run);
    }

    /** Runs what waits for the first instruction after a reset. */
    public void firstInstruction() {
        firstInstructions.forEach(Runnable::run);
    }

    public void pressPowerButton() {
        powerButtons.forEach(Runnable::run);
    }

    public void wake(WakeupCause cause) {
        wakeups.forEach(wakeup -> wakeup.accept(cause));
    }

    /** Requests and events so far, such as "reset by guest" and "RTC_CHANGE {offset=1}". */
    public List<String> requests() {
        return requests;
    }

    /** Armed timers of all clocks, as deadlines. */
    public List<Long> deadlines() {
        List<Long> all = new ArrayList<>(virtualClock.deadlines());
        all.addAll(realtimeClock.deadlines());
        all.addAll(hostClock.deadlines());
        return all;
    }

    @Override
    public ReentrantLock lock() {
        return lock;
    }

    @Override
    public void later(Runnable task) {
        tasks.add(task);
    }

    /** As {@link #later}: tests say when. */
    @Override
    public void soon(Runnable task) {
        tasks.add(task);
    }

    /** Whoever holds the lock passes for a vCPU. */
    @Override
    public boolean aside(Runnable work) {
        if (lock.getHoldCount() != 1) {
            return false;
        }
        lock.unlock();
        try {
            work.run();
        } finally {
            lock.lock();
        }
        return true;
    }

    @Override
    public ManualClock virtualClock() {
        return virtualClock;
    }

    @Override
    public ManualClock realtimeClock() {
        return realtimeClock;
    }

    @Override
    public ManualClock hostClock() {
        return hostClock;
    }

    /** The list itself: tests may add to it. */
    @Override
    public List<VirtualCpu> cpus() {
        return cpus;
    }

    @Override
    public Accelerator accelerator() {
        throw new UnsupportedOperationException("A bench has no accelerator");
    }

    /** Makes a {@link BenchCpu}. */
    @Override
    public VirtualCpu addCpu(CpuWiring wiring) {
        BenchCpu cpu = new BenchCpu(cpus.size(), wiring);
        cpus.add(cpu);
        return cpu;
    }

    @Override
    public RunState runState() {
        return runState;
    }

    @Override
    public void stop(RunState why) {
        change(why);
    }

    @Override
    public void resume() {
        try {
            checkResume();
        } catch (QmpException e) {
            requests.add("no resume: " + e.description());
            return;
        }
        change(RunState.RUNNING);
    }

    @Override
    public void beforeResume(ResumeCheck check) {
        resumeChecks.add(check);
    }

    @Override
    public void checkResume() throws QmpException {
        for (ResumeCheck check : resumeChecks) {
            check.check();
        }
    }

    private void change(RunState to) {
        if (runState != to) {
            runState = to;
            runStates.forEach(listener -> listener.accept(to));
        }
    }

    @Override
    public void onRunState(Consumer<RunState> listener) {
        runStates.add(listener);
    }

    @Override
    public void onReset(Runnable reset) {
        resets.add(reset);
    }

    @Override
    public void onFirstInstruction(Runnable start) {
        firstInstructions.add(start);
    }

    @Override
    public void onPowerButton(Runnable press) {
        powerButtons.add(press);
    }

    @Override
    public void onWakeup(Consumer<WakeupCause> wakeup) {
        wakeups.add(wakeup);
    }

    @Override
    public void enableWakeup(WakeupCause cause, boolean enabled) {
        requests.add((enabled ? "enable wakeup " : "disable wakeup ") + cause);
    }

    @Override
    public void onClose(Runnable close) {
        closes.addFirst(close);
    }

    @Override
    public void internalError(String where, Throwable cause) {
        throw new AssertionError("internal error in " + where, cause);
    }

    @Override
    public void requestReset(boolean byGuest) {
        requests.add(byGuest ? "reset by guest" : "reset");
    }

    @Override
    public void requestShutdown(boolean byGuest) {
        requests.add(byGuest ? "shutdown by guest" : "shutdown");
    }

    @Override
    public void requestQuit() {
        requests.add("quit");
    }

    @Override
    public void requestExit(int code) {
        requests.add("exit " + code);
    }

    @Override
    public void reportPanic() {
        requests.add("panic");
    }

    @Override
    public void requestPowerdown() {
        requests.add("powerdown");
    }

    @Override
    public void requestSuspend() {
        requests.add("suspend");
    }

    @Override
    public void requestWakeup(WakeupCause cause) {
        requests.add("wakeup " + cause);
    }

    @Override
    public void emit(String event, @Nullable Object data) {
        requests.add(data == null ? event : event + " " + data);
    }

    /** Written down whenever it comes. */
    @Override
    public void emitLimited(String event, String subject, Object data) {
        emit(event, data);
    }
}
