package org.margay.nbd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.ImageException;

class NbdAddressTest {
    @Test
    void colons() throws ImageException {
        NbdAddress tcp = NbdAddress.parse("nbd:[::1]:10810:exportname=a:b");
        assertThat(tcp.host()).hasValue(InetSocketAddress.createUnresolved("::1", 10810));
        assertThat(tcp.export()).isEqualTo("a:b");
        NbdAddress unix = NbdAddress.parse("nbd:unix:/tmp/a socket");
        assertThat(unix.socket()).hasValue(Path.of("/tmp/a socket"));
        assertThat(unix.export()).isEmpty();
    }

    @Test
    void uris() throws ImageException {
        NbdAddress tcp = NbdAddress.parse("nbd://example.org/disk%201?timeout=7&reconnect-delay=0");
        assertThat(tcp.host()).hasValue(InetSocketAddress.createUnresolved("example.org", 10809));
        assertThat(tcp.export()).isEqualTo("disk 1");
        assertThat(tcp.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(tcp.reconnect()).isZero();
        NbdAddress unix = NbdAddress.parse("nbd+unix:///x?socket=/tmp/s%2Bt");
        assertThat(unix.socket()).hasValue(Path.of("/tmp/s+t"));
        TlsSettings tls = NbdAddress.parse("nbds://host/?tls-certificates=/etc/pki&tls-verify-peer=false")
                .tls()
                .orElseThrow();
        assertThat(tls.folder()).hasValue(Path.of("/etc/pki"));
        assertThat(tls.hostname()).isEqualTo("host");
        assertThat(tls.verify()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nbd:",
                "nbd:host",
                "nbd:host:port",
                "nbd:host:0",
                "nbd:host:65536",
                "nbd:unix:",
                "nbd://",
                "nbd:///x",
                "nbd+unix:///x",
                "nbd://h/x?socket=/s",
                "nbd://h/?unknown=1",
                "nbd://h/?timeout=-1",
                "nbd://h/?tls-certificates=/etc",
                "nbd://a b/"
            })
    void others(String name) {
        assertThatThrownBy(() -> NbdAddress.parse(name)).isInstanceOf(ImageException.class);
    }

    @Test
    void longNames() {
        assertThatThrownBy(() -> NbdAddress.parse("nbd:h:1:exportname=" + "x".repeat(4097)))
                .hasMessageContaining("too long");
    }
}
