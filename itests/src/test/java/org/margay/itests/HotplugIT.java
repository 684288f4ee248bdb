package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that come and go under a running guest, and guests that do not let them. */
@Timeout(600)
class HotplugIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static JsonNode execute(QmpClient qmp, String command, String arguments) throws IOException {
        JsonNode reply = qmp.request("{'execute': '%s', 'arguments': {%s}}".formatted(command, arguments));
        assertThat(reply.has("return")).as("%s: %s", command, reply).isTrue();
        return reply.get("return");
    }

    @Test
    void aCardComesAndGoesAndComesBack() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.boot("-nodefaults", "-qmp", QmpClient.server(port))) {
            GuestShell shell = GuestShell.of(margay);
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                for (int round = 0; round < 3; round++) {
                    execute(qmp, "netdev_add", "'type': 'user', 'id': 'n0'");
                    execute(
                            qmp,
                            "device_add",
                            "'driver': 'virtio-net-pci', 'id': 'net1', 'netdev': 'n0', 'addr': '0x10'");
                    shell.await("lease of 10.0.2.15", SOON);
                    assertThat(shell.run("ping -c 1 10.0.2.2", SOON)).contains("1 packets received");

                    execute(qmp, "set_link", "'name': 'net1', 'up': false");
                    assertThat(shell.run("sleep 1; cat /sys/class/net/eth0/carrier", SOON))
                            .contains("\n0");
                    execute(qmp, "set_link", "'name': 'net1', 'up': true");

                    execute(qmp, "device_del", "'id': 'net1'");
                    JsonNode deleted = qmp.awaitEvent("DEVICE_DELETED", SOON);
                    assertThat(deleted.at("/data/device").asText()).isEqualTo("net1");
                    assertThat(deleted.at("/data/path").asText()).isEqualTo("/machine/peripheral/net1");
                    execute(qmp, "netdev_del", "'id': 'n0'");
                }
            }
        }
    }

    @Test
    void aGuestThatStandsLetsGoWhenItGoesOn() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay =
                DebianGuest.boot("-nodefaults", "-device", "virtio-rng-pci,id=r1", "-qmp", QmpClient.server(port))) {
            GuestShell.of(margay);
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                qmp.execute("stop");
                execute(qmp, "device_del", "'id': 'r1'");
                execute(qmp, "device_del", "'id': 'r1'");
                assertThatThrownBy(() -> qmp.awaitEvent("DEVICE_DELETED", Duration.ofSeconds(2)))
                        .isInstanceOf(AssertionError.class);
                qmp.execute("cont");
                qmp.awaitEvent("DEVICE_DELETED", SOON);
                assertThat(qmp.request("{'execute': 'device_del', 'arguments': {'id': 'r1'}}")
                                .at("/error/class")
                                .asText())
                        .isEqualTo("DeviceNotFound");
            }
        }
    }

    /** Without a kernel the processor sleeps for ever: nobody lets the card go until the reset. */
    @Test
    void aGuestThatNeverAnswersIsReported() throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = Margay.start(
                        "-nodefaults",
                        "-display",
                        "none",
                        "-m",
                        "64",
                        "-device",
                        "e1000,id=net1",
                        "-qmp",
                        QmpClient.server(port));
                QmpClient qmp = QmpClient.negotiate(port)) {
            execute(qmp, "device_del", "'id': 'net1'");
            JsonNode error = qmp.awaitEvent("DEVICE_UNPLUG_GUEST_ERROR", SOON);
            assertThat(error.at("/data/device").asText()).isEqualTo("net1");
            qmp.execute("system_reset");
            assertThat(qmp.awaitEvent("DEVICE_DELETED", SOON).at("/data/device").asText())
                    .isEqualTo("net1");
            assertThat(margay.process().isAlive()).isTrue();
        }
    }

    /** The card's bundle is exchanged three times while the guest fetches through it. */
    @Test
    void aDriverIsUpdatedUnderTraffic(@TempDir Path folder) throws Exception {
        int port = QmpClient.freePort();
        try (Margay margay = DebianGuest.FULL.start(
                        "-nodefaults",
                        "-netdev",
                        "user,id=n0",
                        "-device",
                        "e1000,id=net1,netdev=n0",
                        "-qmp",
                        QmpClient.server(port));
                TransferServer server = new TransferServer(100)) {
            GuestShell shell = GuestShell.of(margay);
            shell.await("lease of 10.0.2.15", SOON);
            shell.start("nc 10.0.2.2 %d </dev/null | sha256sum".formatted(server.sourcePort()));
            try (QmpClient qmp = QmpClient.negotiate(port)) {
                for (int version = 1; version <= 3; version++) {
                    Thread.sleep(1_000);
                    Path jar = folder.resolve("e1000-%d.jar".formatted(version));
                    Repacked.bundle("org.margay.e1000", jar, "9.%d.0".formatted(version));
                    JsonNode done =
                            execute(qmp, "x-driver-update", "'driver': 'e1000', 'filename': '%s'".formatted(jar));
                    assertThat(done.get("to").asText()).isEqualTo("9.%d.0".formatted(version));
                    assertThat(done.get("devices").asInt()).isEqualTo(1);
                }
            }
            assertThat(shell.finish(Duration.ofMinutes(5))).contains(server.digest());
        }
    }
}
