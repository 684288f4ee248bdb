package org.margay.machine.internal.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.plan.CpuTopology;
import org.margay.machine.plan.GlobalProperty;
import org.margay.machine.plan.GuestActions;
import org.margay.machine.plan.GuestIdentity;
import org.margay.machine.plan.InstructionCounting;
import org.margay.machine.plan.MachineFlag;
import org.margay.machine.plan.MemorySize;
import org.margay.machine.plan.RtcSettings;

class OptionsTest {
    private final MachinePlan plan = new MachinePlan();

    private void refused(CommandLineOption option, String value) {
        assertThatThrownBy(() -> option.apply(value, plan))
                .isInstanceOf(OptionException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource({"256,256", "1G,1024", "'size=64M,slots=0,maxmem=1G',64", "0,128", "1.5G,1536"})
    void memory(String value, long mebibytes) throws Exception {
        new MemoryOption().apply(value, plan);
        assertThat(MemorySize.in(plan)).isEqualTo(mebibytes << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "512K", "600G", "1G,slots=2", "1G,color=red", ""})
    void wrongMemory(String value) throws Exception {
        if (value.isEmpty()) {
            new MemoryOption().apply(value, plan);
            assertThat(MemorySize.in(plan)).isEqualTo(128L << 20);
        } else {
            refused(new MemoryOption(), value);
        }
    }

    @Test
    void processors() throws Exception {
        assertThat(CpuTopology.in(plan)).isEqualTo(new CpuTopology(1, 1, 1, 1));
        new SmpOption().apply("2", plan);
        assertThat(CpuTopology.in(plan)).isEqualTo(new CpuTopology(2, 2, 1, 1));
        new SmpOption().apply("cores=2,threads=2", plan);
        assertThat(CpuTopology.in(plan)).isEqualTo(new CpuTopology(4, 1, 2, 2));
        new SmpOption().apply("8,sockets=2,cores=4,maxcpus=8", plan);
        assertThat(CpuTopology.in(plan)).isEqualTo(new CpuTopology(8, 2, 4, 1));
        for (String wrong : new String[] {"0", "9", "3,cores=2", "4,maxcpus=2", "2,sockets=2,cores=2", "two"}) {
            refused(new SmpOption(), wrong);
        }
    }

    @Test
    void identity() throws Exception {
        new NameOption().apply("alpha,process=proc7", plan);
        new UuidOption().apply("550e8400-e29b-41d4-a716-446655440000", plan);
        GuestIdentity identity = GuestIdentity.in(plan);
        assertThat(identity.name()).contains("alpha");
        assertThat(identity.uuid()).contains(UUID.fromString("550e8400-e29b-41d4-a716-446655440000"));
        refused(new UuidOption(), "550e8400");
        refused(new NameOption(), "a,b=c");
    }

    @Test
    void realTimeClock() throws Exception {
        assertThat(RtcSettings.in(plan).start()).isEqualTo(new RtcSettings.Start.Utc());
        new RtcOption().apply("base=2012-03-14T00:00:00,clock=vm,driftfix=slew", plan);
        assertThat(RtcSettings.in(plan))
                .isEqualTo(new RtcSettings(
                        new RtcSettings.Start.At(Instant.parse("2012-03-14T00:00:00Z")), RtcSettings.Source.VIRTUAL));
        new RtcOption().apply("base=2006-06-17", plan);
        assertThat(RtcSettings.in(plan).start())
                .isEqualTo(new RtcSettings.Start.At(Instant.parse("2006-06-17T00:00:00Z")));
        refused(new RtcOption(), "base=tomorrow");
        refused(new RtcOption(), "clock=sun");
    }

    @Test
    void globals() throws Exception {
        new GlobalOption().apply("isa-serial.iobase=0x2f8", plan);
        new GlobalOption().apply("driver=e1000,property=mac,value=a,,b", plan);
        assertThat(plan.all(GlobalProperty.class))
                .containsExactly(
                        new GlobalProperty("isa-serial", "iobase", "0x2f8"), new GlobalProperty("e1000", "mac", "a,b"));
        refused(new GlobalOption(), "foo");
    }

    @Test
    void flags() {
        new FlagOption.NoDefaults().apply("", plan);
        assertThat(MachineFlag.NO_DEFAULTS.in(plan)).isTrue();
        assertThat(MachineFlag.START_PAUSED.in(plan)).isFalse();
    }

    @Test
    void actions() throws Exception {
        assertThat(GuestActions.in(plan)).isEqualTo(GuestActions.DEFAULT);
        new FlagOption.NoReboot().apply("", plan);
        new FlagOption.NoShutdown().apply("", plan);
        new ActionOption().apply("panic=exit-failure,watchdog=inject-nmi", plan);
        assertThat(GuestActions.in(plan))
                .isEqualTo(new GuestActions(
                        GuestActions.Reboot.SHUTDOWN,
                        GuestActions.Shutdown.PAUSE,
                        GuestActions.Panic.EXIT_FAILURE,
                        GuestActions.Watchdog.INJECT_NMI));
        new ActionOption().apply("reboot=reset,shutdown=poweroff", plan);
        assertThat(GuestActions.in(plan).reboot()).isEqualTo(GuestActions.Reboot.RESET);
        assertThat(GuestActions.in(plan).shutdown()).isEqualTo(GuestActions.Shutdown.POWEROFF);
        refused(new ActionOption(), "panic=scream");
        refused(new ActionOption(), "weather=rain");
    }

    @Test
    void noneIsAllThatLaterSubsystemsTake() throws Exception {
        new NoneOption.Vga().apply("none", plan);
        refused(new NoneOption.Vga(), "std");
    }

    @Test
    void instructionCounting() throws Exception {
        new IcountOption().apply("sleep=off", plan);
        assertThat(plan.get(InstructionCounting.class))
                .as("nothing without a shift")
                .isEmpty();
        new IcountOption().apply("3", plan);
        assertThat(plan.get(InstructionCounting.class)).contains(new InstructionCounting(3, false, false, true));
        new IcountOption().apply("shift=0xA,sleep=off", plan);
        assertThat(plan.get(InstructionCounting.class)).contains(new InstructionCounting(10, false, false, false));
        new IcountOption().apply("auto", plan);
        assertThat(plan.get(InstructionCounting.class)).contains(new InstructionCounting(3, true, false, true));
        new IcountOption().apply("shift=0,align=on", plan);
        assertThat(plan.get(InstructionCounting.class)).contains(new InstructionCounting(0, false, true, true));
    }

    /** Texts of QEMU 7.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "11; icount: Invalid shift value",
                "shift=; icount: Invalid shift value",
                "help; icount: Invalid shift value",
                "-1; icount: Invalid shift value",
                "align=on; Please specify shift option when using align",
                "3,align=on,sleep=off; align=on and sleep=off are incompatible",
                "auto,align=on; shift=auto and align=on are incompatible",
                "auto,sleep=off; shift=auto and sleep=off are incompatible",
                "foo=1; Invalid parameter 'foo'",
                "3,rr=record; rr: record and replay are not in this version of Margay yet"
            })
    void wrongInstructionCounting(String value, String message) {
        assertThatThrownBy(() -> new IcountOption().apply(value, plan))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith(message);
    }
}
