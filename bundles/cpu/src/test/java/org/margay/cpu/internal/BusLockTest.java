package org.margay.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.cpu.internal.mmu.HostCmpxchg16b;

@Timeout(60)
class BusLockTest {
    private static final int PROCESSORS = 3;
    private static final int TURNS = 2000;

    private final BusLock bus = new BusLock();
    private long counter;

    @Test
    void oneProcessorAtATimeHasTheBusWhileOthersRun() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PROCESSORS; i++) {
            threads.add(Thread.ofPlatform().start(this::runGuest));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counter).isEqualTo((long) PROCESSORS * TURNS);
    }

    private void runGuest() {
        Cpu cpu = new TestCpu().cpu;
        bus.enter(cpu);
        for (int turn = 0; turn < TURNS; turn++) {
            bus.locked(cpu, () -> counter++);
            if ((cpu.requests() & Cpu.REQUEST_BUS) != 0) {
                bus.yield(cpu);
            }
        }
        bus.leave();
    }

    @Test
    void whoWaitsForAnotherToStopIsNotWaitedFor() throws Exception {
        Cpu waiting = new TestCpu().cpu;
        CountDownLatch locked = new CountDownLatch(1);
        bus.enter(waiting);
        Cpu aside = bus.stepAside();
        Thread other = Thread.ofPlatform()
                .start(() -> bus.locked(new TestCpu().cpu, () -> {
                    locked.countDown();
                    return 0;
                }));
        locked.await();
        other.join();
        bus.comeBack(aside);
        bus.leave();
    }

    @Test
    void aFaultGivesTheBusBack() {
        Cpu cpu = new TestCpu().cpu;
        assertThatThrownBy(() -> bus.locked(cpu, () -> {
                    throw GuestFault.gp(0);
                }))
                .isInstanceOf(GuestFault.class);
        assertThat(bus.locked(cpu, () -> 5)).isEqualTo(5);
    }

    @Test
    void hostComparesSixteenBytes() {
        if (!HostCmpxchg16b.isAvailable()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 16);
            memory.set(ValueLayout.JAVA_LONG, 0, 1);
            memory.set(ValueLayout.JAVA_LONG, 8, 2);
            long[] values = {1, 3, 10, 20};
            assertThat(HostCmpxchg16b.compareAndExchange(memory.address(), values))
                    .isFalse();
            assertThat(values).containsExactly(1, 2, 10, 20);
            assertThat(HostCmpxchg16b.compareAndExchange(memory.address(), values))
                    .isTrue();
            assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(10);
            assertThat(memory.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(20);
        }
    }
}
