package org.margay.netdev.user.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.machine.DeviceException;
import org.margay.netdev.user.internal.ip.Subnet;

/** What users may write. */
class UserSettingsTest {
    private static Subnet v4(String... options) throws DeviceException {
        return Objects.requireNonNull(
                UserSettings.of(Bench.options(options)).network().v4());
    }

    private static String described(Subnet net) {
        return "%s/%d %s %s".formatted(net.network(), net.prefix(), net.host(), net.dns());
    }

    @Test
    void defaultsAreQemus() throws Exception {
        UserSettings settings = UserSettings.of(Bench.options());
        assertThat(described(Objects.requireNonNull(settings.network().v4())))
                .isEqualTo("10.0.2.0/24 10.0.2.2 10.0.2.3");
        assertThat(settings.dhcp().first()).hasToString("10.0.2.15");
        assertThat(described(Objects.requireNonNull(settings.network().v6())))
                .isEqualTo("fec0:0:0:0:0:0:0:0/64 fec0:0:0:0:0:0:0:2 fec0:0:0:0:0:0:0:3");
        assertThat(settings.network().restricted()).isFalse();
        assertThat(settings.network().mac()).hasToString("52:55:0a:00:02:02");
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.76.0/24, 192.168.76.0/24 192.168.76.2 192.168.76.3",
        "192.168.76.9/24, 192.168.76.0/24 192.168.76.2 192.168.76.3",
        "10.1.0.0/255.255.0.0, 10.1.0.0/16 10.1.2.2 10.1.2.3",
        "10.0.0.0, 10.0.0.0/8 10.0.2.2 10.0.2.3",
        "172.20.0.0, 172.16.0.0/12 172.16.2.2 172.16.2.3",
        "130.1.0.0, 130.1.0.0/16 130.1.2.2 130.1.2.3",
        "192.168.3.0, 192.168.0.0/16 192.168.2.2 192.168.2.3",
        "200.1.2.0, 200.1.2.0/24 200.1.2.2 200.1.2.3",
    })
    void networks(String net, String expected) throws Exception {
        assertThat(described(v4("net=" + net))).isEqualTo(expected);
        assertThat(described(v4("ip=" + net))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net=bogus | net: 'bogus' is no IP address",
                "net=10.0.2.0/33 | '33' is no prefix length from 4 to 30",
                "net=10.0.2.0/255.0.255.0 | 255.0.255.0 is no network mask",
                "host=10.0.3.2 | host 10.0.3.2 is not in the network 10.0.2.0/24",
                "dns=10.0.2.2 | host and dns are both 10.0.2.2",
                "dhcpstart=10.0.2.3 | dhcpstart 10.0.2.3 is taken",
                "restrict=maybe | restrict is on or off, not 'maybe'",
                "tftp=/nosuch/dir | tftp '/nosuch/dir' is no directory",
                "smb=/tmp | smb needs a file server of the host, which is not supported",
                "hostfwd=tcp::80 | invalid host forwarding rule 'tcp::80': there is no '-' between the host's and the guest's part",
                "hostfwd=tcp::80-:0 | invalid host forwarding rule 'tcp::80-:0': 0 is no port",
                "hostfwd=tcp::99999-:1 | invalid host forwarding rule 'tcp::99999-:1': 99999 is no port",
                "hostfwd=tcp::80-10.0.2.2:80 | invalid host forwarding rule 'tcp::80-10.0.2.2:80': 10.0.2.2 can't be a guest",
                "guestfwd=tcp:10.0.2.2:80-cmd:x | invalid guest forwarding rule 'tcp:10.0.2.2:80-cmd:x': 10.0.2.2 can't be a server",
                "guestfwd=udp::80-cmd:x | invalid guest forwarding rule 'udp::80-cmd:x': it is not tcp:server:port-target",
                "guestfwd=tcp::80-http:x | invalid guest forwarding rule 'tcp::80-http:x': 'http:x' is none of tcp:host:port, unix:path, cmd:command, chardev:id",
                "dnssearch=a..b | dnssearch 'a..b' is no domain",
                "ipv6-net=fec0::1/64 | ipv6-net fec0::1/64 has bits behind its prefix",
                "ipv6-host=fec1::2 | ipv6-host fec1:0:0:0:0:0:0:2 is not in the network fec0:0:0:0:0:0:0:0/64",
            })
    void mistakesAreNamed(String option, String reason) {
        assertThatThrownBy(() -> UserSettings.of(Bench.options(option)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void versionsOfIpAreSwitched() throws Exception {
        assertThat(UserSettings.of(Bench.options("ipv4=on")).network().v6()).isNull();
        assertThat(UserSettings.of(Bench.options("ipv6=on")).network().v4()).isNull();
        assertThat(UserSettings.of(Bench.options("ipv6=off")).network().v6()).isNull();
        assertThat(UserSettings.of(Bench.options("ipv4=on", "ipv6=on"))
                        .network()
                        .v4())
                .isNotNull();
        assertThatThrownBy(() -> UserSettings.of(Bench.options("ipv4=off", "ipv6=off")))
                .hasMessage("neither IPv4 nor IPv6 is on");
    }

    @Test
    void rulesAreReadInAllTheirForms() {
        assertThat(HostForwardRule.parse("::2222-10.0.2.15:22", null)).hasToString("tcp:0.0.0.0:2222-10.0.2.15:22");
        assertThat(HostForwardRule.parse("udp:127.0.0.1:1-10.0.2.15:2", null))
                .hasToString("udp:127.0.0.1:1-10.0.2.15:2");
        assertThat(HostForwardRule.parse("tcp:[::1]:1-[fec0::15]:2", null))
                .hasToString("tcp:[0:0:0:0:0:0:0:1]:1-[fec0:0:0:0:0:0:0:15]:2");
    }
}
