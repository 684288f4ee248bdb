package org.margay.qmp.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.qmp.Empty;
import org.margay.qmp.WireName;

class JsonWriterTest {
    record Names(
            int cpuIndex, long thread_id, @WireName("CPU") int number, boolean tlsX509) {}

    record Gaps(
            @Nullable String no,
            Optional<String> none,
            OptionalInt nothing,
            OptionalLong some,
            Optional<Empty> empty) {}

    private static String compact(@Nullable Object value) {
        return new String(JsonWriter.message(Arrays.asList(value), false), US_ASCII);
    }

    @Test
    void namesFollowTheRecord() {
        assertThat(compact(new Names(1, 2, 3, true)))
                .isEqualTo("[{\"cpu-index\": 1, \"thread_id\": 2, \"CPU\": 3, \"tls-x509\": true}]\r\n");
    }

    @Test
    void absentComponentsAreLeftOut() {
        assertThat(compact(new Gaps(
                        null, Optional.empty(), OptionalInt.empty(), OptionalLong.of(5), Optional.of(Empty.EMPTY))))
                .isEqualTo("[{\"some\": 5, \"empty\": {}}]\r\n");
    }

    @Test
    void outputIsAscii() {
        assertThat(compact("\u00e9\u20ac\ud83d\ude00\ud83d\"\\/\b\f\n\r\t\0\u001f\u007f"))
                .isEqualTo("[\"\\u00E9\\u20AC\\uD83D\\uDE00\\uD83D\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u007f\"]\r\n");
    }

    @Test
    void numbersKeepTheirValue() {
        assertThat(compact(new double[] {1.0, -0.0, 0.1, 1.23456789012, 1e2, 1e300}))
                .isEqualTo("[[1, -0, 0.1, 1.23456789012, 100, 1.0E300]]\r\n");
        assertThat(compact(new long[] {Long.MIN_VALUE})).isEqualTo("[[-9223372036854775808]]\r\n");
        assertThatIllegalArgumentException().isThrownBy(() -> compact(Double.NaN));
    }

    @Test
    void prettySpreadsOverLines() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", List.of(1, 2));
        value.put("b", Map.of());
        assertThat(new String(JsonWriter.message(value, true), US_ASCII))
                .isEqualTo("{\r\n    \"a\": [\r\n        1,\r\n        2\r\n    ],\r\n    \"b\": {}\r\n}\r\n");
    }
}
