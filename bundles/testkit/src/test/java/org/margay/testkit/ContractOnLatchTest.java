package org.margay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/** The contract on the smallest device that has all of registers, a line and a timer: a delay latch at port 0x100. */
class ContractOnLatchTest extends DeviceContract<ContractOnLatchTest.LatchState> {
    record LatchState(int value, boolean high, long deadline) {
        LatchState {
            if (value < 0 || value > 255 || deadline < 0) {
                throw new IllegalArgumentException("latch");
            }
        }
    }

    private static final class Latch implements Device<LatchState>, IoHandler {
        private final DeviceBench bench;
        private final IrqLine line;
        private final Timer timer;
        private final MemoryRegion region = MemoryRegion.io("latch", 4, AccessSizes.BYTE, this);
        private int value;
        private boolean high;

        Latch(DeviceBench bench) {
            this.bench = bench;
            this.line = bench.line("irq");
            this.timer = bench.clock().timer(() -> drive(true));
            bench.ports().add(region, 0x100);
        }

        private void drive(boolean level) {
            high = level;
            line.set(level);
        }

        @Override
        public long read(long offset, int size) {
            return value;
        }

        @Override
        public void write(long offset, int size, long written) {
            value = (int) written;
            drive(false);
            timer.arm(bench.clock().nanos() + value * 1000L);
        }

        @Override
        public void reset() {
            value = 0;
            drive(false);
            timer.disarm();
        }

        @Override
        public LatchState save() {
            return new LatchState(value, high, timer.deadline());
        }

        @Override
        public void restore(LatchState state) {
            value = state.value;
            drive(state.high);
            timer.arm(state.deadline);
        }

        @Override
        public void close() {
            reset();
            bench.ports().remove(region);
        }
    }

    @Override
    protected Device<LatchState> create(DeviceBench bench) {
        return new Latch(bench);
    }

    @Override
    protected Class<LatchState> stateType() {
        return LatchState.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<LatchState> device) {
        assertThat(bench.in(0x100)).isZero();
    }

    @Override
    protected List<HostileState<LatchState>> hostileStates() {
        return List.of(good -> new LatchState(256, good.high, good.deadline));
    }
}
