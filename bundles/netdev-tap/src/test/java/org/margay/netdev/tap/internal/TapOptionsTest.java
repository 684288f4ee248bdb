package org.margay.netdev.tap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;

class TapOptionsTest {
    static TapOptions options(String text) throws DeviceException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.split(";", -1)) {
            if (!pair.isEmpty()) {
                values.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return new PropertyBinder<>(TapOptions.class, Wording.ofOption()).bind(values);
    }

    @Test
    void defaults() throws Exception {
        TapOptions options = options("");
        assertThat(options.up()).isEqualTo(new NetworkScript("/etc/qemu-ifup"));
        assertThat(options.down()).isEqualTo(new NetworkScript("/etc/qemu-ifdown"));
        assertThat(options.sendBuffer()).isEqualTo(1 << 20);
        assertThat(options.header()).isEqualTo(Tun.HeaderWish.IF_POSSIBLE);
        assertThat(options.descriptor()).isEmpty();
        assertThat(options.bridgeHelper()).isEmpty();
    }

    @Test
    void whatCanBeSaid() throws Exception {
        TapOptions options = options("ifname=tap7;script=no;downscript=;sndbuf=0;vnet_hdr=off;vhost=off;queues=1");
        assertThat(options.up().isThere()).isFalse();
        assertThat(options.down().isThere()).isFalse();
        assertThat(options.sendBuffer()).isEqualTo(Integer.MAX_VALUE);
        assertThat(options.header()).isEqualTo(Tun.HeaderWish.NO);
        assertThat(options("fd=7").descriptor()).hasValue(7);
        assertThat(options("fds=7").descriptor()).hasValue(7);
        assertThat(options("sndbuf=64k").sendBuffer()).isEqualTo(65536);
        assertThat(options("sndbuf=8G").sendBuffer()).isEqualTo(Integer.MAX_VALUE);
        assertThat(options("helper=/x").bridge()).isEqualTo("br0");
        assertThat(options("helper=/x;br=br7").bridge()).isEqualTo("br7");
        assertThat(options("vnet_hdr=on").header()).isEqualTo(Tun.HeaderWish.YES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vhost=on | vhost=on is not possible",
                "vhostforce=on | vhost=on is not possible",
                "vhostfd=5 | vhostfd(s)= is not valid without vhost",
                "vhostfds=5 | vhostfd(s)= is not valid without vhost",
                "fd=7;ifname=tap0 | are invalid with fd=",
                "fd=7;script=no | are invalid with fd=",
                "fd=7;vnet_hdr=on | are invalid with fd=",
                "fd=7;helper=/x | are invalid with fd=",
                "fd=7;fds=8 | are invalid with fd=",
                "fds=7;ifname=tap0 | are invalid with fds=",
                "helper=/x;ifname=tap0 | are invalid with helper=",
                "helper=/x;downscript=no | are invalid with helper=",
                "br=br0 | br= needs helper=",
                "queues=2 | queues=2 is not possible",
                "fds=7:8 | fds=7:8 is not possible",
                "fd=net0 | names, which getfd gives",
                "fd=-1 | no number of a descriptor",
                "sndbuf=much | doesn't take value 'much'",
                "ifnam=tap0 | did you mean 'ifname'"
            })
    void whatCantBe(String text, String message) {
        assertThatThrownBy(() -> options(text))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining(message);
    }
}
