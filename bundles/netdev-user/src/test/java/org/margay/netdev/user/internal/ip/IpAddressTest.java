package org.margay.netdev.user.internal.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class IpAddressTest {
    @Test
    void bothVersionsAreRead() {
        assertThat(IpAddress.parse("10.0.2.15")).hasToString("10.0.2.15").matches(IpAddress::isV4);
        assertThat(IpAddress.parse("fec0::3")).hasToString("fec0:0:0:0:0:0:0:3").matches(address -> !address.isV4());
        assertThat(IpAddress.of(IpAddress.parse("fe80::1").toInet())).isEqualTo(IpAddress.parse("fe80::1"));
        for (String wrong : new String[] {"", "10.1", "1.2.3.4.5", "300.0.0.1", "host", "::g", "10.0.2.2%1"}) {
            assertThatThrownBy(() -> IpAddress.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void kindsAreKnown() {
        assertThat(IpAddress.parse("127.3.2.1").isLoopback()).isTrue();
        assertThat(IpAddress.parse("::1").isLoopback()).isTrue();
        assertThat(IpAddress.parse("128.0.0.1").isLoopback()).isFalse();
        assertThat(IpAddress.parse("224.0.0.1").isMulticast()).isTrue();
        assertThat(IpAddress.BROADCAST_4.isMulticast()).isTrue();
        assertThat(IpAddress.parse("223.255.255.255").isMulticast()).isFalse();
        assertThat(IpAddress.parse("ff02::1").isMulticast()).isTrue();
        assertThat(IpAddress.parse("fe80::1").isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("fec0::1").isLinkLocal()).isFalse();
        assertThat(IpAddress.ANY_4.isAny()).isTrue();
        assertThat(IpAddress.ANY_6.isAny()).isTrue();
    }

    @Test
    void prefixesMatch() {
        IpAddress address = IpAddress.parse("10.0.2.15");
        assertThat(address.matches(IpAddress.parse("10.0.2.0"), 24)).isTrue();
        assertThat(address.matches(IpAddress.parse("10.0.3.0"), 24)).isFalse();
        assertThat(address.matches(IpAddress.parse("10.0.3.0"), 23)).isTrue();
        assertThat(address.matches(IpAddress.parse("99.0.3.0"), 0)).isTrue();
        assertThat(address.matches(IpAddress.parse("::"), 0)).isFalse();
        IpAddress six = IpAddress.parse("fec0:1:2:3:4:5:6:7");
        assertThat(six.matches(IpAddress.parse("fec0:1:2:3::"), 64)).isTrue();
        assertThat(six.matches(IpAddress.parse("fec0:1:2:3:4::"), 80)).isTrue();
        assertThat(six.matches(IpAddress.parse("fec0:1:2:3:5::"), 80)).isFalse();
        assertThat(six.masked(128)).isEqualTo(six);
        assertThat(six.masked(0)).isEqualTo(IpAddress.ANY_6);
    }

    @Test
    void sumsAreThoseOfWords() {
        Random random = new Random(1);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length + 3];
            random.nextBytes(bytes);
            int expected = 0;
            for (int i = 3; i < bytes.length; i += 2) {
                expected += (bytes[i] & 0xFF) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xFF : 0);
            }
            expected = (expected & 0xFFFF) + (expected >>> 16);
            expected = (expected & 0xFFFF) + (expected >>> 16);
            assertThat(Checksum.of(bytes, 3, bytes.length)).isEqualTo(~expected & 0xFFFF);
        }
    }
}
