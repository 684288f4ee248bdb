package org.margay.cpu.internal.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class LocalApicContractTest extends DeviceContract<ApicState> {
    private static final long BASE = 0xFEE0_0000L;

    @Override
    protected Device<ApicState> create(DeviceBench bench) {
        List.of("intr", "nmi", "init", "sipi").forEach(bench::line);
        ApicOutput output = new ApicOutput() {
            @Override
            public void interrupt(boolean pending) {
                bench.line("intr").set(pending);
            }

            @Override
            public void nmi() {
                bench.line("nmi").pulse();
            }

            @Override
            public void init() {
                bench.line("init").pulse();
            }

            @Override
            public void startUp(int page) {
                bench.line("sipi").pulse();
            }
        };
        return new LocalApic(0, true, bench.clock(), bench.memory(), new ApicNetwork(), output);
    }

    @Override
    protected Class<ApicState> stateType() {
        return ApicState.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<ApicState> device) {
        assertThat(bench.readMemory(BASE + 0x20, 4)).isZero();
        assertThat(bench.readMemory(BASE + 0x30, 4)).isEqualTo(0x50014);
        assertThat(bench.readMemory(BASE + 0xE0, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(bench.readMemory(BASE + 0xF0, 4)).isEqualTo(0xFF);
        assertThat(bench.readMemory(BASE + 0x320, 4)).isEqualTo(0x10000);
        assertThat(bench.readMemory(BASE + 0x360, 4)).isEqualTo(0x10000);
        assertThat(bench.readMemory(BASE + 0x380, 4)).isZero();
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<ApicState> device) {
        LocalApic apic = (LocalApic) device;
        switch (random.nextInt(6)) {
            case 0 -> apic.setLint0(random.nextBoolean());
            case 1 -> apic.pulseLint1();
            case 2 -> apic.acknowledge();
            case 3 -> apic.setTaskPriority(random.nextInt(256));
            case 4 -> apic.writeBase(BASE | random.nextInt(4) << 10, true);
            default ->
                apic.deliver(
                        random.nextInt(256),
                        random.nextBoolean(),
                        DeliveryMode.numbered(random.nextInt(8)),
                        random.nextInt(256),
                        random.nextBoolean());
        }
    }

    @Override
    protected List<HostileState<ApicState>> hostileStates() {
        return List.of(
                good -> with(good, -1, good.id(), good.localVectors(), good.timerStart()),
                good -> with(good, good.base(), 256, good.localVectors(), good.timerStart()),
                good -> with(good, good.base(), good.id(), List.of(0, 0, 0), good.timerStart()),
                good -> with(good, good.base(), good.id(), List.of(-1, 0, 0, 0, 0, 0), good.timerStart()),
                good -> with(good, good.base(), good.id(), good.localVectors(), -1));
    }

    private static ApicState with(ApicState good, long base, int id, List<Integer> vectors, long start) {
        return new ApicState(
                base,
                id,
                good.taskPriority(),
                good.logicalDestination(),
                good.destinationFormat(),
                good.spurious(),
                vectors,
                good.inService(),
                good.trigger(),
                good.requested(),
                good.errors(),
                good.newErrors(),
                good.commandLow(),
                good.commandHigh(),
                good.initialCount(),
                good.divide(),
                start,
                good.deadline(),
                good.counting(),
                good.lint0());
    }
}
