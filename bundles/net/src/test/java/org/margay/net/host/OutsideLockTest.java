package org.margay.net.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.machine.DeviceException;
import org.margay.testkit.BenchMachine;

@Timeout(60)
class OutsideLockTest {
    private final BenchMachine machine = new BenchMachine();
    private final ReentrantLock lock = machine.lock();

    @Test
    void theLockIsFreeMeanwhileAndHeldAsOftenAsBefore() throws Exception {
        lock.lock();
        lock.lock();
        try {
            boolean free = OutsideLock.run(machine, () -> {
                lock.lock();
                lock.unlock();
                return true;
            });
            assertThat(free).isTrue();
            assertThat(lock.getHoldCount()).isEqualTo(2);
        } finally {
            lock.unlock();
            lock.unlock();
        }
        assertThat(OutsideLock.run(machine, () -> 5)).isEqualTo(5);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void whatGoesWrongComesBack() {
        assertThatThrownBy(() -> OutsideLock.run(machine, () -> {
                    throw new DeviceException("no");
                }))
                .isInstanceOf(DeviceException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> OutsideLock.run(machine, () -> {
                    throw new ArithmeticException("fault");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("fault");
        assertThat(lock.isLocked()).isFalse();
    }
}
