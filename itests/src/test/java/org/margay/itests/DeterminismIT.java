package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** -icount: a kernel's boot goes through the same states each time, translated or interpreted. */
@Timeout(900)
class DeterminismIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String FIXED_DATE = "base=2024-01-01T00:00:00,clock=vm";

    @Test
    void runsAreRepeatable() throws Exception {
        String translated = stateAfter(100_000_000, "shift=3,sleep=off", "jit");
        assertThat(translated).contains("instructions         100000000").containsPattern("memory +[0-9a-f]{64}");
        assertThat(stateAfter(100_000_000, "shift=3,sleep=off", "jit")).isEqualTo(translated);
        assertThat(stateAfter(100_000_000, "shift=3,sleep=off", "interp")).isEqualTo(translated);
    }

    /** A slower processor comes to its first HLTs in fewer instructions: timers wake it, by the host's time. */
    @Test
    void waitingIsRepeatable() throws Exception {
        String translated = stateAfter(60_000_000, "shift=10", "jit");
        assertThat(stateAfter(60_000_000, "shift=10", "interp")).isEqualTo(translated);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-icount 11; icount: Invalid shift value",
                "-icount 3 -smp 2; only with one processor",
                "-icount 3 -accel qtest; accelerator qtest does not count instructions"
            })
    void whatCannotBeIsRefused(String options, String message) throws Exception {
        try (Margay margay = Margay.start(options.split(" "))) {
            assertThat(margay.exitCode()).isEqualTo(1);
            assertThat(margay.errors()).contains(message);
        }
    }

    private static String stateAfter(long instructions, String counting, String accelerator) throws Exception {
        int gogo = QmpClient.freePort();
        int port = QmpClient.freePort();
        List<String> options = new ArrayList<>(List.of("-nodefaults", "-S", "-qmp", QmpClient.server(port)));
        options.addAll(List.of("-icount", counting, "-accel", accelerator, "-rtc", FIXED_DATE));
        try (Margay margay =
                        DebianGuest.bootWith(List.of("-Dmargay.gogo.port=" + gogo), options.toArray(String[]::new));
                QmpClient qmp = QmpClient.negotiate(port);
                Socket shell = connect(gogo)) {
            ask(shell, null);
            assertThat(ask(shell, "vm:stopat " + instructions)).isEmpty();
            qmp.execute("cont");
            qmp.awaitEvent("STOP", DebianGuest.BOOT);
            return ask(shell, "vm:statehash");
        }
    }

    /** What a command prints up to the next prompt. */
    private static String ask(Socket shell, String command) throws IOException {
        if (command != null) {
            shell.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("g! ") < 0) {
            int next = shell.getInputStream().read();
            assertThat(next).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString().replace("g! ", "").strip();
    }

    private static Socket connect(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }
}
