package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void splitsAsAShellDoes() {
        assertThat(Words.split("  -m 256 -append 'a b' \"c d\"e f\\ g '' 'it'\\''s'"))
                .containsExactly("-m", "256", "-append", "a b", "c de", "f g", "", "it's");
        assertThat(Words.split("")).isEmpty();
        assertThatThrownBy(() -> Words.split("'a")).isInstanceOf(IllegalArgumentException.class);
    }
}
