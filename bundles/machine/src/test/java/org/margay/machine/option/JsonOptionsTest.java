package org.margay.machine.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.qmp.QmpException;

class JsonOptionsTest {
    @Test
    void valuesAreWrittenAsOnACommandLine() throws Exception {
        assertThat(JsonOptions.read(Map.of("a", "text", "b", true, "c", false, "d", 5L, "e", 1.5)))
                .isEqualTo(Map.of(
                        "a", List.of("text"),
                        "b", List.of("on"),
                        "c", List.of("off"),
                        "d", List.of("5"),
                        "e", List.of("1.5")));
    }

    @Test
    void arraysAreSaidSeveralTimes() throws Exception {
        assertThat(JsonOptions.read(Map.of("hostfwd", List.of("tcp::1-:2", Map.of("str", "tcp::3-:4")))))
                .isEqualTo(Map.of("hostfwd", List.of("tcp::1-:2", "tcp::3-:4")));
        for (Object wrong : List.of(1L, List.of("x"), Map.of("other", "x"), Map.of("str", 1L))) {
            assertThatThrownBy(() -> JsonOptions.read(Map.of("hostfwd", List.of(wrong))))
                    .isInstanceOf(QmpException.class)
                    .hasMessage("Invalid parameter type for 'hostfwd', expected: array of strings");
        }
    }

    @Test
    void objectsAreDotted() throws Exception {
        assertThat(JsonOptions.read(Map.of("addr", Map.of("type", "inet", "port", 1L))))
                .isEqualTo(Map.of("addr.type", List.of("inet"), "addr.port", List.of("1")));
        Map<String, Object> deep = Map.of("a", 1L);
        for (int i = 0; i < 20; i++) {
            deep = Map.of("a", deep);
        }
        Map<String, Object> tooDeep = deep;
        assertThatThrownBy(() -> JsonOptions.read(tooDeep)).isInstanceOf(QmpException.class);
    }

    @Test
    void scalarsAreText() {
        assertThat(JsonOptions.text("a")).contains("a");
        assertThat(JsonOptions.text(true)).contains("on");
        assertThat(JsonOptions.text(-7L)).contains("-7");
        assertThat(JsonOptions.text(null)).isEmpty();
        assertThat(JsonOptions.text(List.of("a"))).isEmpty();
        assertThat(JsonOptions.text(Map.of())).isEmpty();
    }
}
