package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.Packet;

/** Leases and what comes with them. */
class DhcpTest {
    private static final int DISCOVER = 1;
    private static final int OFFER = 2;
    private static final int REQUEST = 3;
    private static final int DECLINE = 4;
    private static final int ACK = 5;
    private static final int NAK = 6;
    private static final int RELEASE = 7;
    private static final int INFORM = 8;

    /** An answer. */
    private record Answer(String address, String nextServer, String file, Map<Integer, byte[]> options) {
        int type() {
            return options.get(53)[0];
        }

        String address(int option) {
            byte[] value = options.get(option);
            return (value[0] & 0xFF) + "." + (value[1] & 0xFF) + "." + (value[2] & 0xFF) + "." + (value[3] & 0xFF);
        }

        String text(int option) {
            return new String(options.get(option), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] message(int type, byte[] mac, String current, Map<Integer, byte[]> options) {
        ByteBuffer out = ByteBuffer.allocate(400);
        out.put((byte) 1)
                .put((byte) 1)
                .put((byte) 6)
                .put((byte) 0)
                .putInt(0x1234_5678)
                .putInt(0);
        out.put(Packet.address(current).getAddress());
        out.put(28, mac);
        out.putInt(236, 0x6382_5363);
        out.position(240);
        if (type > 0) {
            out.put((byte) 53).put((byte) 1).put((byte) type);
        }
        options.forEach((code, value) ->
                out.put(code.byteValue()).put((byte) value.length).put(value));
        out.put((byte) 255);
        return out.array();
    }

    private static void send(Bench bench, byte[] mac, String from, byte[] message) {
        Packet packet = Guest.udpPacket(Packet.address(from), 68, Packet.address("255.255.255.255"), 67, message);
        bench.wiring.send(new Frame(packet.frame(Guest.BROADCAST, mac)));
        bench.settle();
    }

    private static Answer ask(Bench bench, byte[] mac, byte[] message) {
        send(bench, mac, "0.0.0.0", message);
        return read(bench);
    }

    private static Answer read(Bench bench) {
        assertThat(bench.guest.udp()).hasSize(1);
        Guest.Udp answer = bench.guest.udp().remove();
        assertThat(answer.sourcePort()).isEqualTo(67);
        assertThat(answer.port()).isEqualTo(68);
        byte[] data = answer.data();
        assertThat(data.length).isBetween(300, 548);
        assertThat(data[0]).isEqualTo((byte) 2);
        assertThat(Arrays.copyOfRange(data, 4, 8)).isEqualTo(new byte[] {0x12, 0x34, 0x56, 0x78});
        Map<Integer, byte[]> options = new LinkedHashMap<>();
        for (int at = 240; data[at] != -1; at += 2 + (data[at + 1] & 0xFF)) {
            options.put(data[at] & 0xFF, Arrays.copyOfRange(data, at + 2, at + 2 + (data[at + 1] & 0xFF)));
        }
        return new Answer(
                inet(data, 16).getHostAddress(),
                inet(data, 20).getHostAddress(),
                new String(data, 108, 128, StandardCharsets.US_ASCII).replaceAll("\0.*", ""),
                options);
    }

    private static InetAddress inet(byte[] data, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(data, at, at + 4));
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String address) {
        return Packet.address(address).getAddress();
    }

    private static byte[] mac(int last) {
        return new byte[] {0x52, 0x54, 0, 0, 0, (byte) last};
    }

    @Test
    void aGuestGetsALease() throws Exception {
        try (Bench bench = new Bench()) {
            Answer offer = ask(bench, mac(1), message(DISCOVER, mac(1), "0.0.0.0", Map.of()));
            assertThat(offer.type()).isEqualTo(OFFER);
            assertThat(offer.address()).isEqualTo("10.0.2.15");
            assertThat(offer.address(54)).isEqualTo("10.0.2.2");
            Answer ack = ask(
                    bench,
                    mac(1),
                    message(REQUEST, mac(1), "0.0.0.0", Map.of(54, bytes("10.0.2.2"), 50, bytes("10.0.2.15"))));
            assertThat(ack.type()).isEqualTo(ACK);
            assertThat(ack.address()).isEqualTo("10.0.2.15");
            assertThat(ack.address(1)).isEqualTo("255.255.255.0");
            assertThat(ack.address(3)).isEqualTo("10.0.2.2");
            assertThat(ack.address(6)).isEqualTo("10.0.2.3");
            assertThat(ByteBuffer.wrap(ack.options().get(51)).getInt()).isEqualTo(86_400);
            assertThat(ack.options()).doesNotContainKeys(12, 15, 66, 67, 119);
            send(bench, mac(1), "10.0.2.15", message(REQUEST, mac(1), "10.0.2.15", Map.of()));
            assertThat(read(bench).type()).isEqualTo(ACK);
        }
    }

    @Test
    void everyGuestHasItsOwn() throws Exception {
        try (Bench bench = new Bench("dhcpstart=10.0.2.100")) {
            for (int i = 0; i < 64; i++) {
                Answer offer = ask(bench, mac(i), message(DISCOVER, mac(i), "0.0.0.0", Map.of()));
                assertThat(offer.address()).isEqualTo("10.0.2." + (100 + i));
            }
            send(bench, mac(99), "0.0.0.0", message(DISCOVER, mac(99), "0.0.0.0", Map.of()));
            assertThat(bench.guest.udp()).isEmpty();
            send(bench, mac(5), "10.0.2.105", message(RELEASE, mac(5), "10.0.2.105", Map.of()));
            assertThat(ask(bench, mac(99), message(DISCOVER, mac(99), "0.0.0.0", Map.of()))
                            .address())
                    .isEqualTo("10.0.2.105");
            assertThat(ask(bench, mac(7), message(DISCOVER, mac(7), "0.0.0.0", Map.of()))
                            .address())
                    .isEqualTo("10.0.2.107");
        }
    }

    @Test
    void wishesAreGrantedWhenTheyCanBe() throws Exception {
        try (Bench bench = new Bench()) {
            assertThat(ask(bench, mac(1), message(DISCOVER, mac(1), "0.0.0.0", Map.of(50, bytes("10.0.2.20"))))
                            .address())
                    .isEqualTo("10.0.2.20");
            Answer taken = ask(bench, mac(2), message(REQUEST, mac(2), "0.0.0.0", Map.of(50, bytes("10.0.2.20"))));
            assertThat(taken.type()).isEqualTo(NAK);
            assertThat(ask(bench, mac(2), message(REQUEST, mac(2), "0.0.0.0", Map.of(50, bytes("192.168.0.5"))))
                            .type())
                    .isEqualTo(NAK);
            assertThat(ask(bench, mac(2), message(REQUEST, mac(2), "0.0.0.0", Map.of(50, bytes("10.0.2.21"))))
                            .type())
                    .isEqualTo(ACK);
            send(bench, mac(2), "0.0.0.0", message(DECLINE, mac(2), "0.0.0.0", Map.of(50, bytes("10.0.2.21"))));
            assertThat(ask(bench, mac(2), message(DISCOVER, mac(2), "0.0.0.0", Map.of(50, bytes("10.0.2.21"))))
                            .address())
                    .isEqualTo("10.0.2.15");
        }
    }

    @Test
    void allThatIsConfiguredIsTold() throws Exception {
        try (Bench bench = new Bench(
                "net=10.1.0.0/16",
                "host=10.1.0.5",
                "dns=10.1.0.6",
                "dhcpstart=10.1.0.20",
                "hostname=vm1",
                "domainname=example.org",
                "dnssearch=a.example",
                "dnssearch=b.example",
                "bootfile=pxe/boot.0",
                "tftp-server-name=files")) {
            Answer offer = ask(bench, mac(1), message(DISCOVER, mac(1), "0.0.0.0", Map.of()));
            assertThat(offer.address()).isEqualTo("10.1.0.20");
            assertThat(offer.nextServer()).isEqualTo("10.1.0.5");
            assertThat(offer.file()).isEqualTo("pxe/boot.0");
            assertThat(offer.address(1)).isEqualTo("255.255.0.0");
            assertThat(offer.address(6)).isEqualTo("10.1.0.6");
            assertThat(offer.text(12)).isEqualTo("vm1");
            assertThat(offer.text(15)).isEqualTo("example.org");
            assertThat(offer.text(66)).isEqualTo("files");
            assertThat(offer.text(67)).isEqualTo("pxe/boot.0");
            assertThat(offer.text(119)).isEqualTo("\1a\7example\0\1b\7example\0");
        }
    }

    @Test
    void aRestrictedNetworkHasNoRouter() throws Exception {
        try (Bench bench = new Bench("restrict=on")) {
            Answer offer = ask(bench, mac(1), message(DISCOVER, mac(1), "0.0.0.0", Map.of()));
            assertThat(offer.options()).containsKey(1).doesNotContainKeys(3, 6);
        }
    }

    @Test
    void oldClientsAndThoseWithAddressesAreServed() throws Exception {
        try (Bench bench = new Bench()) {
            Answer bootp = ask(bench, mac(1), message(0, mac(1), "0.0.0.0", Map.of()));
            assertThat(bootp.address()).isEqualTo("10.0.2.15");
            assertThat(bootp.options()).containsKey(1).doesNotContainKeys(53, 54);
            send(bench, mac(2), "10.0.2.44", message(INFORM, mac(2), "10.0.2.44", Map.of()));
            Answer inform = read(bench);
            assertThat(inform.type()).isEqualTo(ACK);
            assertThat(inform.options()).containsKey(6).doesNotContainKey(51);
        }
    }
}
