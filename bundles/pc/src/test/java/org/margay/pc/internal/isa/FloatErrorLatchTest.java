package org.margay.pc.internal.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class FloatErrorLatchTest extends DeviceContract<FloatErrorLatch.State> {
    private final DeviceBench bench = new DeviceBench();

    @Override
    protected FloatErrorLatch create(DeviceBench bench) {
        return new FloatErrorLatch(bench.ports(), bench.line("irq13"));
    }

    @Override
    protected Class<FloatErrorLatch.State> stateType() {
        return FloatErrorLatch.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<FloatErrorLatch.State> device) {
        ((FloatErrorLatch) device).raise();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<FloatErrorLatch.State> device) {
        assertThat(bench.levels()).containsEntry("irq13", false);
    }

    @Override
    protected List<HostileState<FloatErrorLatch.State>> hostileStates() {
        return List.of();
    }

    @Test
    void theInterruptStaysUntilPortF0IsWritten() {
        FloatErrorLatch latch = create(bench);
        latch.raise();
        assertThat(bench.levels()).containsEntry("irq13", true);
        assertThat(bench.in(0xF0)).isEqualTo(0xFF);
        assertThat(bench.levels()).containsEntry("irq13", true);
        bench.out(0xF0, 0);
        assertThat(bench.levels()).containsEntry("irq13", false);
    }
}
