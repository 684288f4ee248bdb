package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processors under {@link MixedLoad} for {@code -Dmargay.soak.minutes=N}, while the machine is stopped and goes on, is sent NMIs and is
 * reset. Whatever the guest computes has to be right, and the process must not grow.
 */
@EnabledIfSystemProperty(named = "margay.soak.minutes", matches = "\\d+")
class SoakIT {
    /** A round is of half a minute; a loaded host may need many times that. */
    private static final Duration ROUND = Duration.ofMinutes(15);

    private static final int ROUNDS_BEFORE_RESET = 2;
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void nothingLeaksAndNothingDiverges(@TempDir Path folder) throws Exception {
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("margay.soak.minutes")).toNanos();
        MixedLoad load = new MixedLoad(folder);
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.CLOUD.startWith(
                load.initrd(), "512", "-nodefaults", "-smp", "2", "-qmp", QmpClient.server(port))) {
            try (QmpClient qmp = QmpClient.negotiate(port);
                    JvmUsage usage = JvmUsage.of(margay.process())) {
                List<JvmUsage.Sample> samples = new ArrayList<>();
                do {
                    GuestShell shell = GuestShell.of(margay);
                    shell.start("rounds");
                    for (int round = 1; round <= ROUNDS_BEFORE_RESET; round++) {
                        for (int i = 0; i < 5; i++) {
                            qmp.execute("stop");
                            Thread.sleep(100);
                            qmp.execute("cont");
                            qmp.execute("inject-nmi");
                            Thread.sleep(1000);
                        }
                        String said = shell.await("round %d is right".formatted(round), ROUND);
                        assertThat(said).doesNotContain("is wrong", "BUG:", "Oops", "lockup");
                    }
                    samples.add(usage.sample());
                    System.out.println("soak: " + samples.getLast());
                    qmp.execute("system_reset");
                    qmp.awaitEvent("RESET", ROUND);
                } while (System.nanoTime() < end);
                compare(samples);
            }
        }
    }

    /** The first quarter of samples is the process' growing up. */
    private static void compare(List<JvmUsage.Sample> samples) {
        JvmUsage.Sample early = samples.get(samples.size() / 4);
        JvmUsage.Sample last = samples.getLast();
        assertThat(last.heap()).isLessThan(early.heap() * 3 / 2 + 16 * MEBIBYTE);
        assertThat(last.metaspace()).isLessThan(early.metaspace() * 3 / 2 + 8 * MEBIBYTE);
        assertThat(last.codeCache()).isLessThan(early.codeCache() * 3 / 2 + 16 * MEBIBYTE);
        assertThat(last.threads()).isLessThanOrEqualTo(early.threads() + 4);
        assertThat(last.files()).isLessThanOrEqualTo(early.files() + 4);
    }
}
