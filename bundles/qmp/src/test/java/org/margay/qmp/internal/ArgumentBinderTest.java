package org.margay.qmp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.qmp.OtherArguments;
import org.margay.qmp.QmpException;
import org.margay.qmp.WireName;

class ArgumentBinderTest {
    enum Mode {
        absolute,
        relative
    }

    record Inner(String host) {}

    record All(
            String name,
            boolean up,
            int index,
            @WireName("val") long address,
            double value,
            Optional<String> maybe,
            OptionalInt cpuIndex,
            OptionalLong size,
            Optional<Mode> mode,
            Optional<List<Object>> list,
            Optional<Inner> inner,
            Optional<Object> any) {}

    record Open(String driver, @OtherArguments Map<String, Object> properties) {}

    record Picky(long size) {
        Picky {
            if (size < 0) {
                throw new IllegalArgumentException("size must not be negative");
            }
        }
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static void refused(Class<? extends Record> type, Map<String, @Nullable Object> arguments, String text) {
        assertThatThrownBy(() -> new ArgumentBinder<>(type).bind(arguments))
                .isInstanceOf(QmpException.class)
                .hasMessage(text);
    }

    private static Map<String, @Nullable Object> mandatory(@Nullable Object... more) {
        Map<String, @Nullable Object> map = map("name", "n", "up", true, "index", 3L, "val", 4L, "value", 5L);
        map.putAll(map(more));
        return map;
    }

    @Test
    void bindsByTypeAndName() throws QmpException {
        All all = new ArgumentBinder<>(All.class)
                .bind(mandatory(
                        "maybe",
                        "m",
                        "cpu-index",
                        7L,
                        "size",
                        8L,
                        "mode",
                        "relative",
                        "list",
                        List.of(1L),
                        "inner",
                        map("host", "h"),
                        "any",
                        Map.of()));
        assertThat(all)
                .isEqualTo(new All(
                        "n",
                        true,
                        3,
                        4,
                        5.0,
                        Optional.of("m"),
                        OptionalInt.of(7),
                        OptionalLong.of(8),
                        Optional.of(Mode.relative),
                        Optional.of(List.of(1L)),
                        Optional.of(new Inner("h")),
                        Optional.of(Map.of())));
        assertThat(new ArgumentBinder<>(All.class).bind(mandatory()).maybe()).isEmpty();
    }

    @Test
    void missingComesBeforeUnknownAndMistyped() {
        refused(All.class, map("more", 1L, "name", 2L), "Parameter 'up' is missing");
        refused(All.class, mandatory("more", 1L), "Invalid parameter 'more'");
    }

    @Test
    void typesAreChecked() {
        refused(All.class, mandatory("name", 5L, "up", "no"), "Invalid parameter type for 'name', expected: string");
        refused(All.class, mandatory("up", 1L), "Invalid parameter type for 'up', expected: bool");
        refused(All.class, mandatory("index", 0.0), "Invalid parameter type for 'index', expected: int");
        refused(All.class, mandatory("val", true), "Invalid parameter type for 'val', expected: int");
        refused(All.class, mandatory("val", null), "Invalid parameter type for 'val', expected: int");
        refused(All.class, mandatory("value", "1"), "Invalid parameter type for 'value', expected: number");
        refused(All.class, mandatory("inner", List.of()), "Invalid parameter type for 'inner', expected: object");
        refused(All.class, mandatory("list", Map.of()), "Invalid parameter type for 'list', expected: array");
        refused(All.class, mandatory("inner", map("host", 1L)), "Invalid parameter type for 'host', expected: string");
    }

    @Test
    void rangesAreChecked() {
        refused(
                All.class,
                mandatory("index", 1L << 31),
                "Parameter 'index' expects a value between -2147483648 and 2147483647");
        refused(All.class, mandatory("mode", "x"), "Parameter 'mode' expects one of absolute, relative");
        refused(Picky.class, map("size", -1L), "size must not be negative");
    }

    @Test
    void openDictionariesTakeTheRest() throws QmpException {
        assertThat(new ArgumentBinder<>(Open.class).bind(map("id", 1L, "driver", "e1000", "mac", "x")))
                .isEqualTo(new Open("e1000", Map.of("id", 1L, "mac", "x")));
        refused(Open.class, map("id", 1L), "Parameter 'driver' is missing");
    }
}
