package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean ill, on TCP and UNIX sockets: whatever they send or leave unread, the others are served. */
@Timeout(180)
class HostileQmpIT {
    private static final String NEGOTIATE = "{\"execute\":\"qmp_capabilities\"}";

    /** What to send, by name. */
    private static Map<String, byte[]> attacks() {
        Map<String, byte[]> attacks = new LinkedHashMap<>();
        attacks.put("closing brackets", repeat("]", 1 << 21));
        attacks.put("a string without end", repeat("{\"execute\":\"" + "a".repeat(100), 1 << 18));
        attacks.put("more bytes than a message may have", bytes("{\"execute\":\"" + "\u20ac".repeat(10 << 20)));
        attacks.put("more values than a message may have", bytes(NEGOTIATE + "[" + "{},".repeat(1 << 20)));
        attacks.put(
                "an answer six times the question",
                bytes(NEGOTIATE + "{\"execute\":\"query-name\",\"id\":\"" + "\u0001".repeat(1_000_000) + "\"}"));
        attacks.put("deep nesting", repeat("[".repeat(1000) + "]".repeat(1000), 500));
        attacks.put("a number without end", repeat("9", 1 << 22));
        byte[] noise = new byte[1 << 20];
        new Random(2012).nextBytes(noise);
        attacks.put("noise", noise);
        return attacks;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] repeat(String text, int times) {
        return bytes(text.repeat(times));
    }

    @Test
    void othersAreServed(@TempDir Path folder) throws Exception {
        int port = QmpClient.freePort();
        Path unix = folder.resolve("qmp");
        try (Margay margay = Margay.start(
                        "-S",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-m",
                        "16",
                        "-qmp",
                        QmpClient.server(port),
                        "-qmp",
                        "unix:" + unix + ",server,nowait");
                QmpClient witness = QmpClient.negotiate(port)) {
            for (SocketAddress door : List.of(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), UnixDomainSocketAddress.of(unix))) {
                for (Map.Entry<String, byte[]> attack : attacks().entrySet()) {
                    send(door, attack.getValue());
                    assertThat(witness.execute("query-status").get("status").asText())
                            .as(attack.getKey())
                            .isEqualTo("prelaunch");
                }
                crowd(door, witness);
            }
            witness.execute("quit");
            assertThat(margay.exitCode()).isZero();
        }
    }

    /** Sends what the other side takes, and reads nothing. */
    private static void send(SocketAddress door, byte[] bytes) throws IOException, InterruptedException {
        try (SocketChannel client = SocketChannel.open(door)) {
            client.configureBlocking(false);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int refusals = 0;
            while (buffer.hasRemaining() && refusals < 50) {
                if (client.write(buffer) > 0) {
                    refusals = 0;
                } else {
                    refusals++;
                    Thread.sleep(10);
                }
            }
        } catch (IOException e) {
            assertThat(e).as("disconnected").hasMessageMatching(".*([Bb]roken pipe|[Cc]onnection reset).*");
        }
    }

    private static void crowd(SocketAddress door, QmpClient witness) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                clients.add(SocketChannel.open(door));
            }
            assertThat(witness.execute("query-status").get("running").asBoolean())
                    .isFalse();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }
}
