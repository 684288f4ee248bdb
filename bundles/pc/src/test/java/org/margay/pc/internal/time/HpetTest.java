package org.margay.pc.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class HpetTest extends DeviceContract<Hpet.State> {
    private static final long CONFIGURATION = 0x10;
    private static final long STATUS = 0x20;
    private static final long COUNTER = 0xF0;

    @Override
    protected Device<Hpet.State> create(DeviceBench bench) {
        return new Hpet(bench.memory(), bench.clock(), number -> bench.line("gsi" + number), bench.line("legacy")::set);
    }

    @Override
    protected Class<Hpet.State> stateType() {
        return Hpet.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Hpet.State> device) {
        assertThat(bench.readMemory(Hpet.BASE, 8)).isEqualTo(0x0098_9680_8086_A201L);
        assertThat(read(bench, CONFIGURATION)).isZero();
        assertThat(read(bench, STATUS)).isZero();
        assertThat(read(bench, COUNTER)).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(read(bench, 0x100 + 0x20 * i)).isEqualTo(0x00FF_0004_0000_0030L);
            assertThat(read(bench, 0x108 + 0x20 * i)).isEqualTo(-1L);
        }
    }

    @Override
    protected List<HostileState<Hpet.State>> hostileStates() {
        return List.of(
                good -> new Hpet.State(4, 0, 0, 0, good.timers()),
                good -> new Hpet.State(0, 8, 0, 0, good.timers()),
                good -> new Hpet.State(1, 0, 0, Long.MAX_VALUE, good.timers()),
                good -> new Hpet.State(0, 0, 0, 0, good.timers().subList(0, 2)));
    }

    private static long read(DeviceBench bench, long offset) {
        return bench.readMemory(Hpet.BASE + offset, 8);
    }

    private final DeviceBench bench = new DeviceBench();
    private final Device<Hpet.State> hpet = create(bench);

    private void write(long offset, long value) {
        bench.writeMemory(Hpet.BASE + offset, 8, value);
    }

    private int rises(String line) {
        return bench.takeRises().getOrDefault(line, 0);
    }

    @Test
    void theCounterRunsAt100MegahertzWhileEnabled() {
        bench.advance(1000);
        assertThat(read(bench, COUNTER)).isZero();
        write(COUNTER, 5);
        write(CONFIGURATION, 1);
        bench.advance(1000);
        assertThat(read(bench, COUNTER)).isEqualTo(105);
        write(COUNTER, 7);
        assertThat(read(bench, COUNTER)).as("not written while it runs").isEqualTo(105);
        write(CONFIGURATION, 0);
        bench.advance(1000);
        assertThat(read(bench, COUNTER)).isEqualTo(105);
    }

    @Test
    void halvesCanBeAccessed() {
        bench.writeMemory(Hpet.BASE + COUNTER, 4, 0xFFFF_FFFFL);
        bench.writeMemory(Hpet.BASE + COUNTER + 4, 4, 1);
        assertThat(read(bench, COUNTER)).isEqualTo(0x1_FFFF_FFFFL);
        assertThat(bench.readMemory(Hpet.BASE + COUNTER + 4, 4)).isEqualTo(1);
    }

    @Test
    void legacyReplacementTakesTheTimersLine() {
        write(0x100, 0x04);
        write(0x108, 100);
        write(CONFIGURATION, 3);
        assertThat(bench.line("legacy").high()).isTrue();
        bench.advance(999);
        assertThat(rises("gsi0")).isZero();
        bench.advance(1);
        assertThat(rises("gsi0")).isEqualTo(1);
        bench.advance(1_000_000);
        assertThat(rises("gsi0")).as("one shot").isZero();
        write(CONFIGURATION, 1);
        assertThat(bench.line("legacy").high()).isFalse();
    }

    @Test
    void periodicModeAddsTheValueLastWritten() {
        write(CONFIGURATION, 1);
        bench.advance(500);
        write(0x100, 0x4C | 16 << 9);
        write(0x108, 10_000);
        assertThat(read(bench, 0x100) & 0x40).as("value set is cleared").isZero();
        write(0x108, 20_000);
        bench.advance(100_000 - 500);
        assertThat(rises("gsi16")).isEqualTo(1);
        assertThat(read(bench, 0x108) & 0xFFFF_FFFFL).isEqualTo(30_000);
        bench.advance(600_000);
        assertThat(rises("gsi16")).isEqualTo(3);
    }

    @Test
    void levelTriggeredStaysUntilTheStatusIsCleared() {
        write(0x120, 0x06 | 17 << 9);
        write(0x128, 10);
        write(CONFIGURATION, 1);
        bench.advance(100);
        assertThat(bench.line("gsi17").high()).isTrue();
        assertThat(read(bench, STATUS)).isEqualTo(2);
        write(STATUS, 2);
        assertThat(bench.line("gsi17").high()).isFalse();
    }

    @Test
    void a32BitComparatorWraps() {
        write(COUNTER, 0xFFFF_FFFFL - 9);
        write(0x100, 0x104 | 16 << 9);
        write(0x108, 5);
        write(CONFIGURATION, 1);
        bench.advance(150);
        assertThat(rises("gsi16")).isEqualTo(1);
    }

    @Test
    void nothingIsArmedThatMayNotInterrupt() {
        write(0x108, 100);
        write(CONFIGURATION, 1);
        assertThat(bench.machine().deadlines()).isEmpty();
        hpet.close();
    }
}
