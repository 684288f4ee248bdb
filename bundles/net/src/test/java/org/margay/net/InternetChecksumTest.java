package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    /** The example of RFC 1071, section 3. */
    @Test
    void publishedExample() {
        byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(InternetChecksum.sum(bytes, 0, 8)).isEqualTo(0xDDF2);
        assertThat(InternetChecksum.of(bytes, 0, 8)).isEqualTo(0x220D);
    }

    /** A much-quoted IPv4 header, with its right checksum. */
    @Test
    void rightDataSumsToZero() {
        byte[] header = HexFormat.of().parseHex("45000073000040004011b861c0a80001c0a800c7");
        assertThat(InternetChecksum.of(header, 0, 20)).isZero();
        InternetChecksum.put(header, 10, 0);
        assertThat(InternetChecksum.of(header, 0, 20)).isEqualTo(0xB861);
        assertThat(InternetChecksum.insert(header, 10, 0, 20)).isTrue();
        assertThat(InternetChecksum.get(header, 10)).isEqualTo(0xB861);
    }

    @Test
    void everyLengthAndPlaceAsWordByWord() {
        Random random = new Random(1);
        byte[] bytes = new byte[70_000];
        random.nextBytes(bytes);
        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(bytes.length);
            int to = i < 200 ? Math.min(bytes.length, from + i) : from + random.nextInt(bytes.length - from);
            assertThat(InternetChecksum.of(bytes, from, to)).isEqualTo(slow(bytes, from, to));
            int middle = from + (to - from) / 4 * 2;
            assertThat(InternetChecksum.finish(
                            InternetChecksum.sum(bytes, from, middle) + InternetChecksum.sum(bytes, middle, to)))
                    .isEqualTo(slow(bytes, from, to));
        }
        java.util.Arrays.fill(bytes, (byte) 0xFF);
        assertThat(InternetChecksum.of(bytes, 0, bytes.length)).isZero();
    }

    @Test
    void placesOutsideAreRefused() {
        byte[] bytes = new byte[10];
        int[][] wrong = {{9, 0, 10}, {-1, 0, 10}, {0, -1, 10}, {0, 0, 11}, {0, 5, 4}, {Integer.MAX_VALUE, 0, 10}};
        for (int[] numbers : wrong) {
            assertThat(InternetChecksum.insert(bytes, numbers[0], numbers[1], numbers[2]))
                    .isFalse();
        }
        assertThat(bytes).containsOnly(0);
        assertThat(InternetChecksum.insert(bytes, 8, 10, 10)).isTrue();
        assertThat(InternetChecksum.notZero(0)).isEqualTo(0xFFFF);
        assertThat(InternetChecksum.notZero(7)).isEqualTo(7);
    }

    static int slow(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += (bytes[i] & 0xFF) << ((i - from) % 2 == 0 ? 8 : 0);
            if (sum > 0xFFFF) {
                sum -= 0xFFFF;
            }
        }
        return ~sum & 0xFFFF;
    }
}
