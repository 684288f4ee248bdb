package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every card, plugged into one running guest after the other: Linux' own driver finds it, gets a lease, fetches from a server on the
 * host and sends it back, and lets the card go. {@code -Dmargay.cards.mebibytes=100} moves more.
 */
@Timeout(600)
class NetworkCardsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration TRANSFER = Duration.ofMinutes(5);

    private static final int MEBIBYTES = Integer.getInteger("margay.cards.mebibytes", 20);

    private static Margay margay;
    private static GuestShell shell;
    private static QmpClient qmp;

    @BeforeAll
    static void boot() throws Exception {
        int port = QmpClient.freePort();
        margay = DebianGuest.FULL.start("-nodefaults", "-qmp", QmpClient.server(port));
        shell = GuestShell.of(margay);
        qmp = QmpClient.negotiate(port);
    }

    @AfterAll
    static void end() throws Exception {
        qmp.close();
        margay.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtio-net-pci", "e1000", "rtl8139", "pcnet", "ne2k_pci", "i82550", "i82801"})
    void leaseAndTransfersBothWays(String model) throws Exception {
        execute("netdev_add", "'type': 'user', 'id': 'n0'");
        execute("device_add", "'driver': '%s', 'id': 'card', 'netdev': 'n0'".formatted(model));
        shell.await("lease of 10.0.2.15", SOON);
        try (TransferServer server = new TransferServer(MEBIBYTES)) {
            String output = shell.run(
                    "nc 10.0.2.2 %d </dev/null >/tmp/f && sha256sum /tmp/f && nc 10.0.2.2 %d </tmp/f"
                            .formatted(server.sourcePort(), server.sinkPort()),
                    TRANSFER);
            assertThat(output).contains(server.digest());
            assertThat(server.awaitReceived()).isEqualTo(server.digest());
        }
        execute("device_del", "'id': 'card'");
        assertThat(qmp.awaitEvent("DEVICE_DELETED", SOON).at("/data/path").asText())
                .isEqualTo("/machine/peripheral/card");
        execute("netdev_del", "'id': 'n0'");
        assertThat(shell.run("rm /tmp/f; ip link", SOON)).doesNotContain("eth0");
    }

    private static void execute(String command, String arguments) throws Exception {
        String reply = qmp.request("{'execute': '%s', 'arguments': {%s}}".formatted(command, arguments))
                .toString();
        assertThat(reply).contains("\"return\"");
    }
}
