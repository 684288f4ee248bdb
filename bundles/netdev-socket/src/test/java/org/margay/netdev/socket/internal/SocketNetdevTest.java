package org.margay.netdev.socket.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.machine.DeviceException;
import org.margay.net.Frame;

class SocketNetdevTest {
    private static final String LOCAL = "127.0.0.1:";

    private final Host host = new Host();
    private final List<Host.Card> cards = new ArrayList<>();
    private final SocketDriver socket = new SocketDriver();

    private Host.Card plug(String id, String options) throws DeviceException {
        Host.Card card = host.plug(socket, id, options);
        cards.add(card);
        return card;
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        for (Host.Card card : cards) {
            card.close();
            assertThat(card.client.peer()).isNull();
            assertThat(card.netdev.workers().awaitEnd(Duration.ofSeconds(10))).isTrue();
        }
    }

    private static Frame frame(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return new Frame(bytes);
    }

    private void carryBothWays(Host.Card a, Host.Card b) throws Exception {
        // What is sent before the peers know each other is lost.
        while (a.frames.isEmpty() || b.frames.isEmpty()) {
            a.client.send(frame(1));
            b.client.send(frame(1));
            host.idle(5);
        }
        host.idle(50);
        a.frames.clear();
        b.frames.clear();
        int[] lengths = {1, 14, 60, 1514, 1518, 9018, 65_000};
        for (int length : lengths) {
            a.client.send(frame(length));
            b.client.send(frame(length + 1));
        }
        host.until(() -> a.frames.size() == lengths.length && b.frames.size() == lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            assertThat(b.frames.get(i).bytes()).isEqualTo(frame(lengths[i]).bytes());
            assertThat(a.frames.get(i).bytes()).isEqualTo(frame(lengths[i] + 1).bytes());
        }
    }

    @Test
    void twoMachinesOverTcp() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        assertThat(server.netdev.listed()).isFalse();
        Host.Card client = plug("c", "connect=" + LOCAL + port);
        carryBothWays(server, client);
        assertThat(client.netdev.info()).isEqualTo("socket: connect to 127.0.0.1:" + port);
        assertThat(server.netdev.info()).startsWith("socket: connection from 127.0.0.1:");
        assertThat(server.netdev.listed()).isTrue();
        server.close();
        client.close();
        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(ConnectException.class);
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void twoMachinesOverUdp() throws Exception {
        int left = Host.freePort();
        int right = Host.freePort();
        Host.Card a = plug("a", "udp=%s%d,localaddr=%s%d".formatted(LOCAL, right, LOCAL, left));
        Host.Card b = plug("b", "udp=%s%d,localaddr=%s%d".formatted(LOCAL, left, LOCAL, right));
        assertThat(a.netdev.info()).isEqualTo("socket: udp=127.0.0.1:" + right);
        carryBothWays(a, b);
        // Too long for a datagram: lost, and nothing else is.
        a.client.send(frame(65_530));
        a.client.send(frame(100));
        host.until(() -> b.frames.getLast().length() == 100);
        a.close();
        new DatagramSocket(left, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void manyMachinesInAGroup() throws Exception {
        int port = Host.freePort();
        String options = "mcast=239.255.77.77:%d,localaddr=127.0.0.1".formatted(port);
        Host.Card a = plug("a", options);
        Host.Card b = plug("b", options);
        assertThat(a.netdev.info()).isEqualTo("socket: mcast=239.255.77.77:" + port);
        carryBothWays(a, b);
        Host.Card c = plug("c", options);
        b.client.send(frame(77));
        host.until(() -> !c.frames.isEmpty());
        // Nobody hears himself.
        host.idle(50);
        assertThat(b.frames).noneMatch(frame -> frame.length() == 77);
    }

    @Test
    void laterNamesOfTheSame(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("wire");
        StreamDriver stream = new StreamDriver();
        int port = Host.freePort();
        for (String address :
                List.of("addr.type=unix,addr.path=" + path, "addr.type=inet,addr.host=127.0.0.1,addr.port=" + port)) {
            Host.Card server = host.plug(stream, "s", "server=on," + address);
            Host.Card client = host.plug(stream, "c", address);
            cards.addAll(List.of(server, client));
            carryBothWays(server, client);
            server.close();
            client.close();
        }
        assertThat(Files.exists(path)).isFalse();

        int other = Host.freePort();
        String forms = "remote.type=inet,remote.host=127.0.0.1,remote.port=%d,"
                + "local.type=inet,local.host=127.0.0.1,local.port=%d";
        Host.Card a = host.plug(new DatagramDriver(), "a", forms.formatted(port, other));
        Host.Card b = host.plug(new DatagramDriver(), "b", forms.formatted(other, port));
        cards.addAll(List.of(a, b));
        carryBothWays(a, b);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localaddr=127.0.0.1 | exactly one of listen=, connect=, mcast= or udp= is required",
                "listen=127.0.0.1:0,connect=127.0.0.1:1 | exactly one of listen=, connect=, mcast= or udp= is required",
                "listen=127.0.0.1:0,localaddr=127.0.0.1 | localaddr= is only valid with mcast= or udp=",
                "udp=127.0.0.1:1 | localaddr= is mandatory with udp=",
                "udp=127.0.0.1:1,localaddr=127.0.0.1 | host address '127.0.0.1' doesn't contain ':'",
                "listen=1234 | Parameter 'listen' doesn't take value '1234'",
                "listen=127.0.0.1:x | Parameter 'listen' doesn't take value '127.0.0.1:x'",
                "listen=127.0.0.1:99999 | Parameter 'listen' doesn't take value '127.0.0.1:99999'",
                "listen=192.0.2.1:1234 | can't bind socket to 192.0.2.1:1234",
                "mcast=127.0.0.1:1234 | specified mcastaddr 127.0.0.1:1234 does not contain a multicast address",
                "mcast=239.1.1.1:1234,localaddr=192.0.2.1 |",
                "fd=7 | fd= can't be had",
                "listen=127.0.0.1:1,reconnect=1 | reconnect= is only valid with connect="
            })
    void refused(String options, String text) {
        assertThatThrownBy(() -> plug("x", options))
                .isInstanceOf(DeviceException.class)
                .hasMessageStartingWith(text == null ? "" : text);
    }

    @Test
    void aPortIsHadOnce() throws Exception {
        int port = Host.freePort();
        plug("s", "listen=" + LOCAL + port);
        assertThatThrownBy(() -> plug("t", "listen=" + LOCAL + port))
                .hasMessage("can't bind socket to 127.0.0.1:%d: Address already in use".formatted(port));
    }

    @Test
    void onePeerAtATime() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        try (Socket first = new Socket("127.0.0.1", port)) {
            host.until(() -> server.netdev.listed());
            try (Socket second = new Socket("127.0.0.1", port)) {
                write(second, frame(2));
                write(first, frame(1));
                host.until(() -> !server.frames.isEmpty());
                host.idle(100);
                assertThat(server.frames).extracting(Frame::length).containsExactly(1);
                first.close();
                host.until(() -> server.frames.size() == 2);
                server.client.send(frame(3));
                DataInputStream input = new DataInputStream(second.getInputStream());
                assertThat(input.readInt()).isEqualTo(3);
                assertThat(input.readNBytes(3)).isEqualTo(frame(3).bytes());
            }
        }
        host.until(() -> !server.netdev.listed());
        // Nobody is there: it is as if the cable ended in the air.
        assertThat(server.client.send(frame(4))).isTrue();
    }

    private static void write(Socket socket, Frame frame) throws IOException {
        DataOutputStream output = new DataOutputStream(socket.getOutputStream());
        output.writeInt(frame.length());
        output.write(frame.bytes());
        output.flush();
    }

    @Test
    void aPeerThatIsNotThereIsCalledAgainOnlyIfThatIsWanted() throws Exception {
        int port = Host.freePort();
        Host.Card once = plug("once", "connect=" + LOCAL + port);
        assertThat(once.netdev.workers().awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(once.netdev.info()).isEqualTo("socket: connect to 127.0.0.1:" + port);
        Host.Card again = plug("again", "reconnect=1,connect=" + LOCAL + port);
        host.idle(50);
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 1; i < 3; i++) {
                try (Socket peer = server.accept()) {
                    write(peer, frame(i));
                    int count = i;
                    host.until(() -> again.frames.size() == count);
                }
            }
        }
    }

    @Test
    void framesCutAnywhere() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        try (Socket peer = new Socket("127.0.0.1", port)) {
            peer.setTcpNoDelay(true);
            for (byte each : new byte[] {0, 0, 0, 2, 5, 6, 0, 0, 0, 0, 0, 0, 0, 1, 7}) {
                peer.getOutputStream().write(each);
                host.idle(2);
            }
            host.until(() -> server.frames.size() == 2);
            assertThat(server.frames.get(0).bytes()).containsExactly(5, 6);
            assertThat(server.frames.get(1).bytes()).containsExactly(7);
            // The rest of this one never comes.
            peer.getOutputStream().write(new byte[] {0, 0, 1, 0, 9});
        }
        host.until(() -> !server.netdev.listed());
        assertThat(server.frames).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"-1", "65554", "2147483647", "1195725856"})
    void peersThatAreNotOursAreHungUpOn(int length) throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        try (Socket peer = new Socket("127.0.0.1", port)) {
            new DataOutputStream(peer.getOutputStream()).writeInt(length);
            assertThat(hungUp(peer)).isTrue();
        }
        host.until(() -> !server.netdev.listed());
        // The next one is welcome.
        try (Socket peer = new Socket("127.0.0.1", port)) {
            write(peer, frame(60));
            host.until(() -> server.frames.size() == 1);
        }
    }

    private static boolean hungUp(Socket peer) throws IOException {
        try {
            return peer.getInputStream().read() < 0;
        } catch (SocketException _) {
            return true;
        }
    }

    @Test
    void aPeerThatDoesNotReadHoldsTheCardUp() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        try (Socket peer = new Socket("127.0.0.1", port)) {
            host.until(() -> server.netdev.listed());
            int sent = 0;
            while (server.client.send(frame(60_000))) {
                sent++;
                assertThat(sent).isLessThan(10_000);
                host.turn();
            }
            DataInputStream input = new DataInputStream(peer.getInputStream());
            for (int i = 0; i <= sent; i++) {
                assertThat(input.readInt()).isEqualTo(60_000);
                assertThat(input.readNBytes(60_000)).hasSize(60_000);
                host.turn();
            }
            host.until(() -> server.drained == 1);
            assertThat(server.client.send(frame(60))).isTrue();
        }
    }

    @Test
    void aHangUpFreesACardThatWaits() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        Socket peer = new Socket("127.0.0.1", port);
        host.until(() -> server.netdev.listed());
        while (server.client.send(frame(60_000))) {
            host.turn();
        }
        peer.close();
        host.until(() -> server.drained == 1);
        assertThat(server.client.send(frame(60))).isTrue();
    }

    /** A flood is stopped at its source as long as the card does not take it, and nothing of it is lost or out of order. */
    @Test
    void aFloodWaitsForTheCard() throws Exception {
        int port = Host.freePort();
        Host.Card server = plug("s", "listen=" + LOCAL + port);
        server.room = false;
        try (Socket peer = new Socket("127.0.0.1", port)) {
            int count = 20_000;
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        byte[] bytes = new byte[1000];
                        bytes[0] = (byte) i;
                        bytes[1] = (byte) (i >> 8);
                        write(peer, new Frame(bytes));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            host.idle(500);
            assertThat(flood.isAlive()).isTrue();
            for (int i = 0; server.frames.size() < count; i++) {
                server.room = i % 3 != 0;
                if (server.room) {
                    server.client.ready();
                }
                host.turn();
            }
            for (int i = 0; i < count; i++) {
                byte[] bytes = server.frames.get(i).bytes();
                assertThat((bytes[0] & 0xFF) | (bytes[1] & 0xFF) << 8).isEqualTo(i);
            }
        }
    }

    @Test
    void datagramsOfAnyLength() throws Exception {
        int port = Host.freePort();
        Host.Card a = plug("a", "udp=127.0.0.1:9,localaddr=" + LOCAL + port);
        try (DatagramSocket peer = new DatagramSocket()) {
            for (int length : new int[] {0, 1, 1500, 65_507, 2}) {
                peer.send(new DatagramPacket(new byte[length], length, new InetSocketAddress("127.0.0.1", port)));
                host.idle(5);
            }
        }
        host.until(() -> a.frames.size() == 4);
        assertThat(a.frames).extracting(Frame::length).containsExactly(1, 1500, 65_507, 2);
    }

    @Test
    void closedInEveryState() throws Exception {
        int port = Host.freePort();
        plug("waits", "listen=" + LOCAL + port).close();
        plug("calls", "reconnect=60,connect=" + LOCAL + port).close();
        plug("unknown", "connect=host.invalid:1").close();
        Host.Card server = plug("server", "listen=" + LOCAL + port);
        Host.Card client = plug("client", "connect=" + LOCAL + port);
        host.until(() -> server.netdev.listed());
        server.room = false;
        client.room = false;
        for (int i = 0; i < 2_000; i++) {
            server.client.send(frame(1_500));
            client.client.send(frame(1_500));
        }
        host.idle(20);
        client.close();
        client.close();
        server.close();
        host.idle(20);
        assertThat(server.netdev.client().peer()).isNull();
    }
}
