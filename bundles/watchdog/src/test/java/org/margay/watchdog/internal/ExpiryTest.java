package org.margay.watchdog.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.CpuPins;
import org.margay.machine.CpuWiring;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.RunState;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.GuestActions;
import org.margay.qmp.QmpSession;
import org.margay.testkit.BenchCpu;
import org.margay.testkit.BenchMachine;

class ExpiryTest {
    private static final QmpSession SESSION = () -> "test";

    private final BenchMachine machine = new BenchMachine();

    private List<String> expire(String action) throws OptionException {
        machine.requests().clear();
        new WatchdogActionOption().apply(action, machine.plan());
        Expiry.act(machine);
        return machine.requests();
    }

    @Test
    void eachActionFollowsItsEvent() throws Exception {
        assertThat(expire("reset")).containsExactly("WATCHDOG Data[action=reset]", "reset by guest");
        assertThat(expire("shutdown")).containsExactly("WATCHDOG Data[action=shutdown]", "powerdown");
        assertThat(expire("poweroff")).containsExactly("WATCHDOG Data[action=poweroff]", "exit 0");
        assertThat(expire("none")).containsExactly("WATCHDOG Data[action=none]");
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
        assertThat(expire("pause")).containsExactly("WATCHDOG Data[action=pause]");
        assertThat(machine.runState()).isEqualTo(RunState.WATCHDOG);
    }

    @Test
    void debugTellsTheUser() throws Exception {
        PrintStream old = System.err;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        System.setErr(new PrintStream(text, true, StandardCharsets.UTF_8));
        try {
            assertThat(expire("debug")).containsExactly("WATCHDOG Data[action=debug]");
        } finally {
            System.setErr(old);
        }
        assertThat(text.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("watchdog: timer fired\n");
    }

    @Test
    void everyProcessorGetsTheInterrupt() throws Exception {
        for (int i = 0; i < 2; i++) {
            machine.addCpu(new CpuWiring() {
                @Override
                public int acknowledgeInterrupt() {
                    return 0;
                }

                @Override
                public void attach(CpuPins pins) {}
            });
        }
        expire("inject-nmi");
        assertThat(machine.cpus())
                .allSatisfy(cpu -> assertThat(((BenchCpu) cpu).messages()).containsExactly("NMI"));
    }

    @Test
    void theActionCanBeChangedByCommand() {
        new WatchdogSetAction(machine)
                .execute(new WatchdogSetAction.Arguments(GuestActions.Watchdog.INJECT_NMI), SESSION);
        assertThat(GuestActions.in(machine.plan()).watchdog()).isEqualTo(GuestActions.Watchdog.INJECT_NMI);
    }

    @Test
    void wrongActionsAreRefused() {
        assertThatThrownBy(() -> new WatchdogActionOption().apply("bark", machine.plan()))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("reset|shutdown|poweroff|pause|debug|none|inject-nmi");
    }

    @Test
    void oneWatchdogByOption() throws Exception {
        MachinePlan plan = machine.plan();
        assertThatThrownBy(() -> new WatchdogOption().apply("help", plan))
                .hasMessage("\ti6300esb\tIntel 6300ESB\n\tib700\tiBASE 700\n")
                .satisfies(e -> assertThat(((OptionException) e).isHelp()).isTrue());
        assertThatThrownBy(() -> new WatchdogOption().apply("ib70", plan))
                .hasMessageContaining("did you mean 'ib700'")
                .hasMessageContaining("i6300esb, ib700");
        new WatchdogOption().apply("ib700", plan);
        assertThat(plan.all(DeviceRequest.class))
                .extracting(DeviceRequest::driver)
                .containsExactly("ib700");
        assertThatThrownBy(() -> new WatchdogOption().apply("i6300esb", plan))
                .hasMessageContaining("only one watchdog");
    }
}
