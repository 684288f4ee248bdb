package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.machine.DeviceException;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.GuestTcp;

/** Ports of the host that lead into the guest. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostForwardTest {
    private static int port(Bench bench) {
        String rule = bench.netdev.list().getLast();
        return Integer.parseInt(rule.substring(rule.indexOf(':', 4) + 1, rule.indexOf('-')));
    }

    @Test
    void aClientOfTheHostReachesTheGuest() throws Exception {
        try (Bench bench = new Bench("hostfwd=tcp:127.0.0.1:0-:22")) {
            int port = port(bench);
            assertThat(bench.netdev.list()).containsExactly("tcp:127.0.0.1:%d-10.0.2.15:22".formatted(port));
            GuestTcp tcp = bench.guest.listen(22);
            CompletableFuture<byte[]> client = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.getOutputStream().write("question".getBytes());
                    socket.shutdownOutput();
                    return socket.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            bench.until(tcp::inputEnded);
            assertThat(tcp.input()).asString().isEqualTo("question");
            tcp.write(new byte[100_000]);
            tcp.shutdown();
            bench.until(client::isDone);
            assertThat(client.get()).hasSize(100_000);
            bench.until(() -> bench.netdev.connections().stream().allMatch(one -> one.startsWith("TIME_WAIT")));
            assertThat(bench.guest.arps()).as("the guest was looked for").isNotEmpty();
        }
    }

    @Test
    void aGuestThatRefusesResetsTheClient() throws Exception {
        try (Bench bench = new Bench("hostfwd=tcp:127.0.0.1:0-10.0.2.15:22");
                Socket socket = new Socket("127.0.0.1", port(bench))) {
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return socket.getInputStream().read();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            bench.until(read::isDone);
            assertThat(read).isCompletedExceptionally();
            assertThat(bench.netdev.connections()).isEmpty();
        }
    }

    @Test
    void aGuestThatIsNotThereIsGivenUp() throws Exception {
        try (Bench bench = new Bench("hostfwd=tcp:127.0.0.1:0-10.0.2.16:22");
                Socket socket = new Socket("127.0.0.1", port(bench))) {
            bench.until(() -> !bench.netdev.connections().isEmpty());
            assertThat(bench.netdev.connections()).singleElement().asString().startsWith("SYN_SENT");
            for (int i = 0; i < 20; i++) {
                bench.pass(20);
            }
            assertThat(bench.netdev.connections()).isEmpty();
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void rulesComeAndGo() throws Exception {
        try (Bench bench = new Bench()) {
            bench.netdev.add("tcp:127.0.0.1:0-:80");
            int port = port(bench);
            assertThatThrownBy(() -> bench.netdev.add("tcp:127.0.0.1:%d-:81".formatted(port)))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("could not set up host forwarding rule");
            assertThat(bench.netdev.remove("tcp:127.0.0.1:%d".formatted(port))).isTrue();
            assertThat(bench.netdev.remove("tcp:127.0.0.1:%d".formatted(port))).isFalse();
            assertThat(bench.netdev.list()).isEmpty();
            bench.netdev.add("tcp:127.0.0.1:%d-:81".formatted(port));
            assertThatThrownBy(() -> bench.netdev.add("tcp:127.0.0.1:x-:81"))
                    .hasMessage("invalid host forwarding rule 'tcp:127.0.0.1:x-:81': the host's part is not"
                            + " [tcp|udp]:[hostaddr]:hostport");
            assertThatThrownBy(() -> bench.netdev.remove("sctp::1")).isInstanceOf(DeviceException.class);
        }
    }

    @Test
    void datagramsFindTheirWayBack() throws Exception {
        try (Bench bench = new Bench("hostfwd=udp:127.0.0.1:0-:53");
                DatagramSocket first = new DatagramSocket(Bench.loopback(0));
                DatagramSocket second = new DatagramSocket(Bench.loopback(0))) {
            int port = port(bench);
            for (DatagramSocket socket : new DatagramSocket[] {first, second}) {
                byte[] data = ("from " + socket.getLocalPort()).getBytes();
                socket.send(new DatagramPacket(data, data.length, Bench.loopback(port)));
            }
            bench.until(() -> bench.guest.udp().size() == 2);
            for (int i = 0; i < 2; i++) {
                Guest.Udp asked = bench.guest.udp().remove();
                assertThat(asked.source().getHostAddress()).isEqualTo("10.0.2.2");
                assertThat(asked.port()).isEqualTo(53);
                bench.guest.sendUdp(53, "10.0.2.2", asked.sourcePort(), asked.data());
            }
            for (DatagramSocket socket : new DatagramSocket[] {first, second}) {
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                assertThat(new String(answer.getData(), 0, answer.getLength()))
                        .isEqualTo("from " + socket.getLocalPort());
                assertThat(answer.getPort()).isEqualTo(port);
            }
            assertThat(Arrays.asList(bench.netdev.connections())).containsExactly(java.util.List.of());
        }
    }
}
