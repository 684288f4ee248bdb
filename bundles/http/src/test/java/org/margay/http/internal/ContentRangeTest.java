package org.margay.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
    @Test
    void ranges() {
        assertThat(ContentRange.parse("bytes 0-499/1234")).hasValue(new ContentRange(0, 499, 1234));
        assertThat(ContentRange.parse("Bytes 5-5/*")).hasValue(new ContentRange(5, 5, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 1-0/5",
                "bytes 0-5/5",
                "bytes */5",
                "bytes -1-2/5",
                "lines 0-1/2",
                "bytes 0-1/1e3",
                "bytes 0-99999999999999999999/*"
            })
    void others(String header) {
        assertThat(ContentRange.parse(header)).isEmpty();
    }
}
