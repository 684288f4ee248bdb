package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A real kernel, booted to a shell that is typed into, restarted and switched off. */
class LinuxBootIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void shellAnswersAndPoweroffEndsTheProcess() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.boot("-nodefaults", "-qmp", QmpClient.server(port))) {
            awaitShell(margay.terminal());
            margay.terminal().type("echo product-$((6 * 7))-$(uname -m)\n");
            margay.terminal().await("product-42-x86_64", SOON);
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                assertThat(qmp.execute("query-status").get("running").asBoolean())
                        .isTrue();
                margay.terminal().type("poweroff\n");
                qmp.awaitEvent("SHUTDOWN", SOON);
                assertThat(qmp.closedByServer()).isTrue();
            }
            assertThat(margay.exitCode()).isZero();
        }
    }

    @Test
    void guestReboots() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.boot("-nodefaults", "-qmp", QmpClient.server(port))) {
            awaitShell(margay.terminal());
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                margay.terminal().type("reboot\n");
                qmp.awaitEvent("RESET", SOON);
                awaitShell(margay.terminal());
                assertThat(qmp.execute("query-status").get("status").asText()).isEqualTo("running");
            }
        }
    }

    @Test
    void powerButtonReachesTheGuest() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.boot("-nodefaults", "-qmp", QmpClient.server(port))) {
            awaitShell(margay.terminal());
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                qmp.execute("system_powerdown");
                qmp.awaitEvent("POWERDOWN", SOON);
                qmp.awaitEvent("SHUTDOWN", SOON);
            }
            assertThat(margay.exitCode()).isZero();
        }
    }

    private static void awaitShell(Console terminal) throws InterruptedException {
        terminal.await("Margay guest is up", DebianGuest.BOOT);
        terminal.await("/ #", SOON);
    }
}
