package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.MachinePlan;
import org.margay.machine.ResumeCheck;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.WakeupCause;
import org.margay.machine.plan.GuestActions;
import org.margay.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the machine is doing, and the only place that changes it: stops, resumes, resets, power. What is asked for from any
 * thread is noted and done on the loop in a fixed order; several requests for the same thing are one.
 *
 * <p>A guest in ACPI S3 stays "running" to clients, as QMP's first documents say; its vCPUs stand and the virtual clock goes,
 * so that its timers can wake it.
 */
final class RunControl implements GuestHold {
    /** What can be asked for; done in this order when several wait. */
    private enum Request {
        SUSPEND(true, ""),
        QUIT(false, "host-qmp-quit"),
        SIGNAL(false, "host-signal"),
        PANIC(true, "guest-panic"),
        GUEST_SHUTDOWN(true, "guest-shutdown"),
        HOST_SHUTDOWN(false, "host-ui"),
        GUEST_RESET(true, "guest-reset"),
        HOST_RESET(false, "host-qmp-system-reset"),
        WAKEUP(true, "guest-reset"),
        POWERDOWN(false, "");

        private final Cause cause;

        Request(boolean guest, String reason) {
            this.cause = new Cause(guest, reason);
        }
    }

    /** Data of SHUTDOWN and RESET. */
    record Cause(boolean guest, String reason) {}

    /** Data of GUEST_PANICKED. */
    record Panic(String action) {}

    private static final Logger LOG = LoggerFactory.getLogger(RunControl.class);

    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final MachineLoop loop;
    private final GuestClock clock;
    private final BiConsumer<String, @Nullable Object> events;
    private final IntConsumer exit;
    private final MachinePlan plan;

    private final List<VirtualCpu> cpus;
    private final List<Runnable> resets = new ArrayList<>();
    private final List<Runnable> firstInstructions = new ArrayList<>();
    private final List<Runnable> powerButtons = new ArrayList<>();
    private final List<Consumer<WakeupCause>> wakeups = new ArrayList<>();
    private final List<Consumer<RunState>> runStates = new ArrayList<>();
    private final List<ResumeCheck> resumeChecks = new ArrayList<>();
    private final Set<WakeupCause> mayWake = EnumSet.allOf(WakeupCause.class);

    /** Guarded by itself. */
    private final Set<Request> requests = EnumSet.noneOf(Request.class);

    private volatile RunState state = RunState.PRELAUNCH;
    private boolean suspended;
    private boolean cpusRun;
    /** Times that the guest is held. */
    private int holds;
    /** No guest code ran since the last reset. */
    private boolean fresh = true;

    /**
     * @param cpus the machine's own list, read when they start and stop
     * @param events sends an event with its data
     * @param exit called with the exit code once the process is to end, on the loop
     */
    RunControl(
            MachineLoop loop,
            GuestClock clock,
            MachinePlan plan,
            List<VirtualCpu> cpus,
            BiConsumer<String, @Nullable Object> events,
            IntConsumer exit) {
        this.loop = loop;
        this.clock = clock;
        this.cpus = cpus;
        this.events = events;
        this.exit = exit;
        this.plan = plan;
    }

    RunState state() {
        return state;
    }

    void onReset(Runnable reset) {
        resets.add(reset);
    }

    void onFirstInstruction(Runnable start) {
        firstInstructions.add(start);
    }

    void onPowerButton(Runnable press) {
        powerButtons.add(press);
    }

    void onRunState(Consumer<RunState> listener) {
        runStates.add(listener);
    }

    void onWakeup(Consumer<WakeupCause> wakeup) {
        wakeups.add(wakeup);
    }

    void enableWakeup(WakeupCause cause, boolean enabled) {
        if (enabled) {
            mayWake.add(cause);
        } else {
            mayWake.remove(cause);
        }
    }

    /** The reset of power-on, which sends no event. Under the lock. */
    void powerOn() {
        resetAll();
    }

    void stop(RunState why) {
        if (!loop.isTurn()) {
            loop.later(() -> stop(why));
            return;
        }
        if (state != RunState.RUNNING) {
            return;
        }
        if (!state.successors().contains(why)) {
            throw new IllegalArgumentException("no way from %s to %s".formatted(state, why));
        }
        pauseCpus();
        change(why);
        events.accept("STOP", null);
    }

    void resume() {
        if (!loop.isTurn()) {
            loop.later(this::resume);
            return;
        }
        if (state.successors().contains(RunState.RUNNING) && mayResume()) {
            change(RunState.RUNNING);
            events.accept("RESUME", null);
        }
    }

    void beforeResume(ResumeCheck check) {
        resumeChecks.add(check);
    }

    void checkResume() throws QmpException {
        for (ResumeCheck check : resumeChecks) {
            check.check();
        }
    }

    private boolean mayResume() {
        try {
            checkResume();
            return true;
        } catch (QmpException e) {
            LOG.warn("the guest does not run: {}", e.description());
            return false;
        }
    }

    /** Goes over to another state: vCPUs run in it, or stand already. */
    private void change(RunState to) {
        state = to;
        updateClock();
        if (to == RunState.RUNNING) {
            startCpus();
        }
        runStates.forEach(listener -> loop.guarded("run state", () -> listener.accept(to)));
    }

    @Override
    public void hold() {
        holds++;
        pauseCpus();
        updateClock();
    }

    @Override
    public void release() {
        holds--;
        updateClock();
        if (state == RunState.RUNNING) {
            startCpus();
        }
    }

    private void updateClock() {
        clock.setRunning(state == RunState.RUNNING && holds == 0);
    }

    void requestReset(boolean byGuest) {
        request(byGuest ? Request.GUEST_RESET : Request.HOST_RESET);
    }

    void requestShutdown(boolean byGuest) {
        request(byGuest ? Request.GUEST_SHUTDOWN : Request.HOST_SHUTDOWN);
    }

    void requestQuit(boolean bySignal) {
        request(bySignal ? Request.SIGNAL : Request.QUIT);
    }

    void requestExit(int code) {
        loop.later(() -> end(code));
    }

    void reportPanic() {
        request(Request.PANIC);
    }

    void requestPowerdown() {
        request(Request.POWERDOWN);
    }

    void requestSuspend() {
        request(Request.SUSPEND);
    }

    /** Sends WAKEUP at once when called in the loop's turn; the reset follows. */
    void requestWakeup(WakeupCause cause) {
        if (!loop.isTurn()) {
            loop.later(() -> requestWakeup(cause));
            return;
        }
        if (suspended && mayWake.contains(cause)) {
            suspended = false;
            clock.setSuspended(false);
            wakeups.forEach(wakeup -> wakeup.accept(cause));
            events.accept("WAKEUP", null);
            request(Request.WAKEUP);
        }
    }

    private void request(Request request) {
        boolean first;
        synchronized (requests) {
            first = requests.isEmpty();
            requests.add(request);
        }
        if (first) {
            loop.later(this::handleRequests);
        }
    }

    private void handleRequests() {
        Set<Request> asked;
        synchronized (requests) {
            asked = EnumSet.copyOf(requests);
            requests.clear();
        }
        asked.forEach(this::handle);
    }

    private void handle(Request request) {
        switch (request) {
            case SUSPEND -> suspend();
            case QUIT, SIGNAL -> {
                events.accept("SHUTDOWN", request.cause);
                end(SUCCESS);
            }
            case PANIC -> panic(request.cause);
            case GUEST_SHUTDOWN, HOST_SHUTDOWN -> shutdown(request.cause);
            case GUEST_RESET, HOST_RESET -> {
                switch (actions().reboot()) {
                    case RESET -> reset(request.cause);
                    case SHUTDOWN -> shutdown(request.cause);
                }
            }
            case WAKEUP -> reset(request.cause);
            case POWERDOWN -> {
                events.accept("POWERDOWN", null);
                powerButtons.forEach(Runnable::run);
            }
        }
    }

    private void suspend() {
        if (state == RunState.RUNNING && !suspended) {
            suspended = true;
            pauseCpus();
            clock.setSuspended(true);
            events.accept("SUSPEND", null);
        }
    }

    private void shutdown(Cause cause) {
        events.accept("SHUTDOWN", cause);
        switch (actions().shutdown()) {
            case POWEROFF -> end(SUCCESS);
            case PAUSE -> stop(RunState.SHUTDOWN);
        }
    }

    private void panic(Cause cause) {
        GuestActions.Panic action = actions().panic();
        if (action == GuestActions.Panic.NONE) {
            events.accept("GUEST_PANICKED", new Panic("run"));
            return;
        }
        boolean stays = action == GuestActions.Panic.PAUSE
                || action == GuestActions.Panic.SHUTDOWN && actions().shutdown() == GuestActions.Shutdown.PAUSE;
        events.accept("GUEST_PANICKED", new Panic(stays ? "pause" : "poweroff"));
        stop(RunState.GUEST_PANICKED);
        if (!stays) {
            events.accept("SHUTDOWN", cause);
            end(action == GuestActions.Panic.EXIT_FAILURE ? FAILURE : SUCCESS);
        }
    }

    private void end(int exitCode) {
        pauseCpus();
        exit.accept(exitCode);
    }

    private GuestActions actions() {
        return GuestActions.in(plan);
    }

    private void reset(Cause cause) {
        pauseCpus();
        suspended = false;
        clock.setSuspended(false);
        resetAll();
        if (state == RunState.INTERNAL_ERROR || state == RunState.SHUTDOWN || state == RunState.GUEST_PANICKED) {
            change(RunState.PAUSED);
        }
        events.accept("RESET", cause);
        if (state == RunState.RUNNING) {
            startCpus();
        }
    }

    private void resetAll() {
        cpus.forEach(VirtualCpu::reset);
        for (Runnable reset : resets) {
            loop.guarded("reset", reset);
        }
        fresh = true;
    }

    private void startCpus() {
        if (!cpusRun && !suspended && holds == 0) {
            if (fresh) {
                fresh = false;
                firstInstructions.forEach(start -> loop.guarded("start", start));
            }
            cpusRun = true;
            cpus.forEach(VirtualCpu::start);
        }
    }

    private void pauseCpus() {
        if (cpusRun) {
            cpusRun = false;
            cpus.forEach(VirtualCpu::pause);
        }
    }
}
