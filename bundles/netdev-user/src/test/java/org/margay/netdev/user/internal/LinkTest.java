package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.netdev.user.internal.guest.Guest;
import org.margay.netdev.user.internal.guest.Packet;
import org.margay.netdev.user.internal.ip.EchoProbe;

/** ARP and ICMP. */
class LinkTest {
    private static void ask(Bench bench, String address) {
        bench.guest.arps().clear();
        bench.wiring.send(new Frame(Guest.arp(
                1, bench.guest.address().getAddress(), Packet.address(address).getAddress())));
        bench.settle();
    }

    @Test
    void theRouterAnswersForItsAddresses() throws Exception {
        try (Bench bench = new Bench("guestfwd=tcp:10.0.2.100:80-cmd:true")) {
            for (String own : new String[] {"10.0.2.2", "10.0.2.3", "10.0.2.100"}) {
                ask(bench, own);
                assertThat(bench.guest.arps()).hasSize(1);
                byte[] reply = bench.guest.arps().getFirst();
                assertThat(reply[21]).isEqualTo((byte) 2);
                assertThat(MacAddress.of(reply, 22)).hasToString("52:55:0a:00:02:02");
                assertThat(Arrays.copyOfRange(reply, 28, 32))
                        .isEqualTo(Packet.address(own).getAddress());
            }
            for (String other : new String[] {"10.0.2.15", "10.0.2.4", "10.0.2.255", "8.8.8.8"}) {
                ask(bench, other);
                assertThat(bench.guest.arps()).isEmpty();
            }
        }
    }

    @Test
    void theRouterAnswersPings() throws Exception {
        try (Bench bench = new Bench()) {
            byte[] data = {1, 2, 3, 4, 5};
            bench.guest.ping("10.0.2.2", 64, data);
            bench.guest.ping("10.0.2.3", 1, data);
            bench.settle();
            assertThat(bench.guest.icmp()).hasSize(2);
            Packet reply = bench.guest.icmp().getFirst();
            assertThat(reply.payload()[0]).isZero();
            assertThat(Arrays.copyOfRange(reply.payload(), 8, 13)).isEqualTo(data);
        }
    }

    @Test
    void pingsBeyondAreAsTheHostFinds() throws Exception {
        try (Bench bench = new Bench()) {
            bench.guest.ping("192.0.2.1", 64, new byte[20]);
            bench.settle();
            assertThat(bench.guest.icmp().getLast().payload()[0]).isZero();
            bench.echo = EchoProbe.Answer.UNREACHABLE;
            bench.guest.ping("192.0.2.1", 64, new byte[20]);
            bench.settle();
            assertThat(bench.guest.icmp().getLast().payload()).startsWith(3, 1);
            bench.echo = EchoProbe.Answer.SILENT;
            bench.guest.ping("192.0.2.1", 64, new byte[20]);
            bench.settle();
            assertThat(bench.guest.icmp()).hasSize(2);
        }
    }

    @Test
    void theRouterIsTheFirstHop() throws Exception {
        try (Bench bench = new Bench()) {
            bench.guest.ping("192.0.2.1", 1, new byte[20]);
            bench.settle();
            Packet error = bench.guest.icmp().getFirst();
            assertThat(error.source()).isEqualTo(Packet.address("10.0.2.2"));
            assertThat(error.payload()).startsWith(11, 0);
            assertThat(error.payload()[8]).as("the datagram is quoted").isEqualTo((byte) 0x45);
        }
    }

    @Test
    void protocolsThatNobodyKnowsAreRefused() throws Exception {
        try (Bench bench = new Bench()) {
            bench.guest.send(new Packet(bench.guest.address(), Packet.address("10.0.2.2"), 132, 64, new byte[50]));
            bench.settle();
            assertThat(bench.guest.icmp().getFirst().payload()).startsWith(3, 2);
        }
    }

    @Test
    void nobodyElsesFramesAreTaken() throws Exception {
        try (Bench bench = new Bench()) {
            Packet ping = new Packet(bench.guest.address(), Packet.address("10.0.2.2"), Packet.ICMP, 64, new byte[16]);
            ping.payload()[0] = 8;
            ping.withSum(2);
            bench.wiring.send(new Frame(ping.frame(new byte[] {0x52, 0x54, 0, 1, 1, 1}, Guest.MAC)));
            Packet stranger =
                    new Packet(Packet.address("192.168.1.1"), ping.destination(), Packet.ICMP, 64, ping.payload());
            bench.wiring.send(new Frame(stranger.frame(Guest.ROUTER_MAC, Guest.MAC)));
            Packet router = new Packet(Packet.address("10.0.2.2"), ping.destination(), Packet.ICMP, 64, ping.payload());
            bench.wiring.send(new Frame(router.frame(Guest.ROUTER_MAC, Guest.MAC)));
            bench.settle();
            assertThat(bench.guest.icmp()).isEmpty();
        }
    }

    @Test
    void piecesOfADatagramAreGivenUp() throws Exception {
        try (Bench bench = new Bench()) {
            Packet ping =
                    new Packet(bench.guest.address(), Packet.address("10.0.2.2"), Packet.ICMP, 64, new byte[3008]);
            ping.payload()[0] = 8;
            ping.withSum(2);
            for (int id = 0; id < 100; id++) {
                bench.wiring.send(new Frame(Fragments.fragment(ping, 0, 1480, id)));
            }
            bench.wiring.send(new Frame(Fragments.fragment(ping, 1480, 1480, 99)));
            bench.pass(31);
            bench.wiring.send(new Frame(Fragments.fragment(ping, 2960, 1480, 99)));
            bench.settle();
            assertThat(bench.guest.others()).isEmpty();
            Fragments.send(bench, ping, 1480);
            bench.settle();
            assertThat(Fragments.joined(bench.guest.others())).isEqualTo(3008);
        }
    }
}
