package org.margay.netdev.socket.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1:1234,10.0.0.1,1234", "[::1]:80,::1,80", ":5,'',5", "host.example:65535,host.example,65535"})
    void read(String text, String host, int port) {
        assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1234", "host", "host:", "host:-1", "host:65536", "host:1x", "host:99999999999"})
    void refused(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noHostIsTheLoopback() throws Exception {
        assertThat(Endpoint.parse(":7").resolve().getAddress().isLoopbackAddress())
                .isTrue();
    }
}
