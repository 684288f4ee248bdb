package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest that waits around PAUSE leaves the host's processor alone, and goes on as soon as there is an interrupt. */
class SpinWaitTest {
    private static final int VECTOR = 0x50;
    private static final long WAIT_MILLIS = 600;

    @ParameterizedTest
    @EnumSource(names = {"BLOCKS", "TRANSLATED"})
    void waitingCostsLittle(Engine engine) throws Exception {
        try (ProtectedBoard guest = new ProtectedBoard(engine)) {
            Thread device = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(WAIT_MILLIS);
                } catch (InterruptedException _) {
                    return;
                }
                guest.board.interrupt(VECTOR);
            });
            long before = cpuNanos();
            // sti; turn: pause; test eax, eax; jmp turn
            ProtectedBoard.Taken taken = guest.runKernel(ProtectedBoard.kernel()
                    .hex("FB")
                    .label("turn")
                    .hex("F3 90 85 C0")
                    .rel8("EB", "turn"));
            long spent = cpuNanos() - before;
            device.join();
            assertThat(taken.vector()).isEqualTo(VECTOR);
            assertThat(spent).as("of %d ms", WAIT_MILLIS).isLessThan(WAIT_MILLIS * 1_000_000 / 2);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
