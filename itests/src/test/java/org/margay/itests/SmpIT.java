package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that runs on several vCPUs. */
@Timeout(600)
class SmpIT {
    private static final int VCPUS = 3;

    @Test
    void twoVcpusComputeWhatTheHostDoes(@TempDir Path folder) throws Exception {
        MixedLoad load = new MixedLoad(folder);
        try (Margay margay = DebianGuest.CLOUD.startWith(load.initrd(), "512", "-nodefaults", "-smp", "2")) {
            GuestShell shell = GuestShell.of(margay);
            for (String part : MixedLoad.PARTS) {
                assertThat(shell.run("parallel %s 1".formatted(part), DebianGuest.BOOT))
                        .contains(part + " ok");
            }
            assertThat(shell.run("sort-load & build-load; wait", DebianGuest.BOOT)
                            .lines()
                            .map(String::strip))
                    .containsAll(load.built())
                    .containsAll(load.sorted());
        }
    }

    @Test
    void allVcpusRunTheGuest() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay =
                DebianGuest.boot("-nodefaults", "-smp", Integer.toString(VCPUS), "-qmp", QmpClient.server(port))) {
            GuestShell shell = GuestShell.of(margay);
            assertThat(shell.run("grep -c ^processor /proc/cpuinfo", DebianGuest.BOOT))
                    .contains("\n" + VCPUS);
            // The same work on each, pinned there; whoever gets another sum has lost a write.
            String sums = shell.run(
                    "for cpu in 0 1 2; do "
                            + "(taskset -p $((1 << cpu)) $(exec sh -c 'echo $PPID') >/dev/null;"
                            + " dd if=/dev/zero bs=64k count=40 2>/dev/null | sha256sum) & done; wait",
                    DebianGuest.BOOT);
            assertThat(sums.lines().filter(line -> line.matches("[0-9a-f]{64}  -")))
                    .hasSize(VCPUS)
                    .containsOnly("6de7493c5c90f643357c268fbaaf461c1567e0334e4948023ce17268403aa37a  -");
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                Set<Long> threads = new HashSet<>();
                for (JsonNode cpu : qmp.execute("query-cpus")) {
                    threads.add(cpu.get("thread_id").asLong());
                }
                assertThat(threads).hasSize(VCPUS);
                qmp.execute("stop");
                qmp.execute("cont");
                qmp.execute("system_reset");
            }
            margay.terminal().await("Margay guest is up", DebianGuest.BOOT);
        }
    }
}
