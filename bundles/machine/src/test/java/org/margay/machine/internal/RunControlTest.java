package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.margay.machine.CpuPins;
import org.margay.machine.CpuWiring;
import org.margay.machine.MachinePlan;
import org.margay.machine.RunState;
import org.margay.machine.WakeupCause;
import org.margay.machine.plan.GuestActions;

/** The order of events and what the vCPUs see, without a thread: the test takes the loop's turns itself. */
class RunControlTest {
    private static final CpuWiring NO_WIRES = new CpuWiring() {
        @Override
        public int acknowledgeInterrupt() {
            return 0;
        }

        @Override
        public void attach(CpuPins pins) {}
    };

    private static final GuestActions.Change NO_REBOOT = GuestActions.Change.of(GuestActions.Reboot.SHUTDOWN);
    private static final GuestActions.Change NO_SHUTDOWN = GuestActions.Change.of(GuestActions.Shutdown.PAUSE);

    private final List<String> log = new ArrayList<>();

    private VirtualMachine machine(GuestActions.Change... changes) {
        MachinePlan plan = new MachinePlan();
        for (GuestActions.Change change : changes) {
            change.applyTo(plan);
        }
        VirtualMachine machine =
                new VirtualMachine(plan, FakeCpu.accelerator(log, false), (event, data) -> log.add(text(event, data)));
        machine.addCpu(NO_WIRES);
        machine.onReset(() -> log.add("device reset"));
        machine.onClose(() -> log.add("closed"));
        machine.loop().run(machine.control()::powerOn);
        log.clear();
        return machine;
    }

    private static String text(String event, Object data) {
        return switch (data) {
            case RunControl.Cause cause -> event + " " + cause.reason();
            case RunControl.Panic panic -> event + " " + panic.action();
            case null, default -> event;
        };
    }

    private List<String> turn(VirtualMachine machine) {
        machine.loop().run(machine.loop()::turn);
        List<String> seen = List.copyOf(log);
        log.clear();
        return seen;
    }

    private List<String> now(VirtualMachine machine, Runnable action) {
        machine.loop().run(action);
        List<String> seen = List.copyOf(log);
        log.clear();
        return seen;
    }

    @Test
    void contAndStopAnswerAtOnceAndOnlyWhenTheyChangeSomething() {
        VirtualMachine machine = machine();
        assertThat(machine.runState()).isEqualTo(RunState.PRELAUNCH);
        assertThat(now(machine, () -> machine.stop(RunState.PAUSED))).isEmpty();
        assertThat(now(machine, machine::resume)).containsExactly("cpu0 start", "RESUME");
        assertThat(now(machine, machine::resume)).isEmpty();
        long then = machine.virtualClock().nanos();
        assertThat(now(machine, () -> machine.stop(RunState.PAUSED))).containsExactly("cpu0 pause", "STOP");
        long stopped = machine.virtualClock().nanos();
        assertThat(stopped).isGreaterThanOrEqualTo(then);
        assertThat(machine.virtualClock().nanos()).isEqualTo(stopped);
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void firmwareWorksBeforeTheFirstInstructionAfterEachReset() {
        VirtualMachine machine = machine();
        machine.onFirstInstruction(() -> log.add("firmware"));
        assertThat(now(machine, machine::resume)).containsExactly("firmware", "cpu0 start", "RESUME");
        assertThat(now(machine, () -> machine.stop(RunState.PAUSED))).containsExactly("cpu0 pause", "STOP");
        assertThat(now(machine, machine::resume)).containsExactly("cpu0 start", "RESUME");
        machine.requestReset(false);
        assertThat(turn(machine)).endsWith("firmware", "cpu0 start");
    }

    @Test
    void resetFollowsItsRequestAndKeepsTheState() {
        VirtualMachine machine = machine();
        assertThat(now(machine, () -> machine.requestReset(false))).isEmpty();
        assertThat(turn(machine)).containsExactly("cpu0 reset", "device reset", "RESET host-qmp-system-reset");
        assertThat(machine.runState()).isEqualTo(RunState.PRELAUNCH);
        now(machine, machine::resume);
        machine.requestReset(true);
        machine.requestReset(true);
        assertThat(turn(machine))
                .containsExactly("cpu0 pause", "cpu0 reset", "device reset", "RESET guest-reset", "cpu0 start");
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void resetLeadsOutOfShutdownAndInternalError() {
        VirtualMachine machine = machine(NO_SHUTDOWN);
        now(machine, machine::resume);
        machine.requestShutdown(true);
        assertThat(turn(machine)).containsExactly("SHUTDOWN guest-shutdown", "cpu0 pause", "STOP");
        assertThat(machine.runState()).isEqualTo(RunState.SHUTDOWN);
        assertThat(now(machine, machine::resume)).isEmpty();
        machine.requestReset(false);
        turn(machine);
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
        now(machine, machine::resume);
        machine.virtualClock()
                .timer(() -> {
                    throw new IllegalStateException("a device's mistake");
                })
                .arm(0);
        turn(machine);
        turn(machine);
        assertThat(machine.runState()).isEqualTo(RunState.INTERNAL_ERROR);
        machine.requestReset(false);
        turn(machine);
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void noRebootMakesAResetAPowerOff() {
        VirtualMachine machine = machine(NO_REBOOT);
        now(machine, machine::resume);
        machine.requestReset(true);
        assertThat(turn(machine)).containsExactly("SHUTDOWN guest-reset", "cpu0 pause", "cpu0 close", "closed");
        assertThat(machine.ended()).isDone();
    }

    @Test
    void quitEndsTheProcessInSpiteOfNoShutdown() {
        VirtualMachine machine = machine(NO_SHUTDOWN);
        machine.requestQuit();
        assertThat(turn(machine)).containsExactly("SHUTDOWN host-qmp-quit", "cpu0 close", "closed");
        assertThat(machine.ended()).isDone();
    }

    @Test
    void anExitGivesItsCodeAndSaysNothing() {
        VirtualMachine machine = machine(NO_SHUTDOWN);
        now(machine, machine::resume);
        machine.requestExit(33);
        machine.requestExit(1);
        assertThat(turn(machine))
                .startsWith("cpu0 pause", "cpu0 close", "closed")
                .doesNotContain("SHUTDOWN");
        assertThat(machine.ended()).isCompletedWithValue(33);
    }

    private static GuestActions.Change onPanic(GuestActions.Panic action) {
        return new GuestActions.Change(Optional.empty(), Optional.empty(), Optional.of(action), Optional.empty());
    }

    @Test
    void aPanicEndsTheProcessUnlessToldOtherwise() {
        VirtualMachine machine = machine();
        now(machine, machine::resume);
        machine.reportPanic();
        assertThat(turn(machine))
                .containsExactly(
                        "GUEST_PANICKED poweroff",
                        "cpu0 pause",
                        "STOP",
                        "SHUTDOWN guest-panic",
                        "cpu0 close",
                        "closed");
        assertThat(machine.ended()).isCompletedWithValue(0);

        VirtualMachine failing = machine(NO_SHUTDOWN, onPanic(GuestActions.Panic.EXIT_FAILURE));
        now(failing, failing::resume);
        failing.reportPanic();
        assertThat(turn(failing)).startsWith("GUEST_PANICKED poweroff", "cpu0 pause", "STOP", "SHUTDOWN guest-panic");
        assertThat(failing.ended()).isCompletedWithValue(1);

        VirtualMachine going = machine(onPanic(GuestActions.Panic.NONE));
        now(going, going::resume);
        going.reportPanic();
        assertThat(turn(going)).containsExactly("GUEST_PANICKED run");
    }

    @Test
    void aPanickedGuestStaysAndMayGoOnOrBeReset() {
        VirtualMachine machine = machine(onPanic(GuestActions.Panic.PAUSE));
        now(machine, machine::resume);
        machine.reportPanic();
        assertThat(turn(machine)).containsExactly("GUEST_PANICKED pause", "cpu0 pause", "STOP");
        assertThat(machine.runState()).isEqualTo(RunState.GUEST_PANICKED);
        assertThat(now(machine, machine::resume)).containsExactly("cpu0 start", "RESUME");
        machine.reportPanic();
        turn(machine);
        machine.requestReset(false);
        turn(machine);
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);

        VirtualMachine noShutdown = machine(NO_SHUTDOWN);
        now(noShutdown, noShutdown::resume);
        noShutdown.reportPanic();
        assertThat(turn(noShutdown)).containsExactly("GUEST_PANICKED pause", "cpu0 pause", "STOP");
    }

    @Test
    void powerdownPressesTheButtonAndChangesNoState() {
        VirtualMachine machine = machine();
        machine.onPowerButton(() -> log.add("pressed"));
        machine.requestPowerdown();
        assertThat(turn(machine)).containsExactly("POWERDOWN", "pressed");
        assertThat(machine.runState()).isEqualTo(RunState.PRELAUNCH);
    }

    @Test
    void suspendedGuestStaysRunningToClientsAndWakesForEnabledCausesOnly() {
        VirtualMachine machine = machine();
        machine.onWakeup(cause -> log.add("wakes by " + cause));
        assertThat(now(machine, () -> machine.requestWakeup(WakeupCause.OTHER))).isEmpty();
        now(machine, machine::resume);
        machine.requestSuspend();
        machine.requestSuspend();
        assertThat(turn(machine)).containsExactly("cpu0 pause", "SUSPEND");
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
        machine.enableWakeup(WakeupCause.RTC, false);
        assertThat(now(machine, () -> machine.requestWakeup(WakeupCause.RTC))).isEmpty();
        assertThat(now(machine, () -> machine.stop(RunState.PAUSED))).containsExactly("STOP");
        assertThat(now(machine, machine::resume)).containsExactly("RESUME");
        assertThat(now(machine, () -> machine.requestWakeup(WakeupCause.OTHER)))
                .containsExactly("wakes by OTHER", "WAKEUP");
        assertThat(turn(machine)).containsExactly("cpu0 reset", "device reset", "RESET guest-reset", "cpu0 start");
    }

    @Test
    void aStopAskedForOutsideTheLoopsTurnComesLater() {
        VirtualMachine machine = machine();
        now(machine, machine::resume);
        machine.lock().lock();
        try {
            machine.stop(RunState.IO_ERROR);
            assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
        } finally {
            machine.lock().unlock();
        }
        assertThat(turn(machine)).containsExactly("cpu0 pause", "STOP");
        assertThat(machine.runState()).isEqualTo(RunState.IO_ERROR);
    }

    @Test
    void thereIsNoWayIntoSomeStates() {
        VirtualMachine machine = machine();
        now(machine, machine::resume);
        assertThatThrownBy(() -> machine.loop().run(() -> machine.stop(RunState.PRELAUNCH)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
