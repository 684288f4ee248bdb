package org.margay.qmp.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStreamTest {
    private static final String ERROR = "error";

    /** Messages in order; a syntax error is {@link #ERROR}, a string message would be quoted by {@link #show}. */
    private static List<@Nullable Object> read(byte[]... pieces) {
        List<@Nullable Object> messages = new ArrayList<>();
        JsonStream stream = new JsonStream(new JsonStream.Listener() {
            @Override
            public void message(@Nullable Object value) {
                messages.add(value instanceof String text ? '"' + text + '"' : value);
            }

            @Override
            public void syntaxError() {
                messages.add(ERROR);
            }
        });
        for (byte[] piece : pieces) {
            stream.feed(ByteBuffer.wrap(piece));
        }
        return messages;
    }

    private static List<@Nullable Object> read(String text) {
        return read(text.getBytes(UTF_8));
    }

    @Test
    void readsValuesOfAllKinds() {
        assertThat(read("{\"a\": [1, -2, 0.5, 1E+2, true, false, null], 'b': {}} [] "))
                .containsExactly(
                        Map.of("a", Arrays.asList(1L, -2L, 0.5, 100.0, true, false, null), "b", Map.of()), List.of());
    }

    @Test
    void readsStringsInEitherQuotes() {
        assertThat(read("""
                {'it\\'s "q"': "a\\'b", "esc": "\\"\\\\\\/\\b\\f\\n\\r\\t\\u20aC", "raw": "a\tb\nc"}"""))
                .containsExactly(Map.of("it's \"q\"", "a'b", "esc", "\"\\/\b\f\n\r\t\u20ac", "raw", "a\tb\nc"));
    }

    @Test
    void lastOfEqualKeysWins() {
        assertThat(read("{\"id\": 1, \"id\": 2}")).containsExactly(Map.of("id", 2L));
    }

    @Test
    void surrogatesPairUpOrStay() {
        assertThat(read("[\"\\ud83d\\ude00\", \"\\ud83d\", \"\\u0000\"]"))
                .containsExactly(List.of("\ud83d\ude00", "\ud83d", "\0"));
        assertThat(read("[\"\u00e9\u20ac\ud83d\ude00\"]")).containsExactly(List.of("\u00e9\u20ac\ud83d\ude00"));
    }

    @Test
    void integersBeyond64BitsBecomeTheNearest() {
        assertThat(read("[9223372036854775807, 9223372036854775808, -9223372036854775809, -0]"))
                .containsExactly(List.of(Long.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 0L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"execute\": }",
                "{\"a\": 1, }",
                "{\"a\" 1}",
                "{ a: 1 }",
                "]",
                "}",
                "{]",
                "[}",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\":%d}",
                "{\"a\":%I64d}",
                "{\"a\":0x10}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":1e400}",
                ":",
                "{1: 2}",
                "{\"a\":nope}",
                "[\"\\u00\", ",
                ","
            })
    void aFaultCostsOneErrorAndSparesTheNextMessage(String fault) {
        assertThat(read(fault + (fault.endsWith(", ") ? "]" : "") + "\n[7]"))
                .startsWith(ERROR)
                .endsWith(List.of(7L))
                .hasSizeBetween(2, fault.contains("\\u") ? 4 : 2);
    }

    /** The counts are those of the recorded server. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{} // c | {};error;error;error",
                "/* c */ {} | error;error;error;error;error;{}",
                "{\"id\":01} | error;error",
                "{\"id\":+1} | error;1;error",
                "{\"id\":.5} | error;5;error",
                "{\"id\":\"a\\qb\"} | error;error",
                "{\"id\":\"\\u12g4\"} | error;4",
                "{\"id\":\"q\"q\"} | ",
                "{} } | {};error",
                "42 -1 1.5 true null nope | 42;-1;1.5;true;null;error",
                "\"x\" 'y' | \"x\";\"y\""
            })
    void recoversLikeTheRecordedServer(String input, @Nullable String expected) {
        assertThat(read(input + "\n").stream().map(String::valueOf).toList())
                .isEqualTo(expected == null ? List.of() : List.of(expected.split(";")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"", "[\"\\", "[\"\\u1", "{\"a", "[1", "[[[", "[\"q\"q\"", "tru"})
    void byteFfCleansUp(String mess) {
        List<@Nullable Object> messages = read(mess.getBytes(UTF_8), new byte[] {(byte) 0xff}, "[7]".getBytes(UTF_8));
        assertThat(messages).endsWith(ERROR, List.of(7L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u0080b",
                "\u00e2\u0082",
                "\u00ed\u00a0\u0080",
                "\u00e0\u0080\u0080",
                "\u00f4\u0090\u0080\u0080"
            })
    void badUtf8SpoilsOnlyItsMessage(String bytes) {
        assertThat(read(("{\"id\":\"" + bytes + "\"}[7]").getBytes(ISO_8859_1))).containsExactly(ERROR, List.of(7L));
    }

    @Test
    void nulAndControlsOutsideStringsAreErrorsEach() {
        assertThat(read("\0\1{}")).containsExactly(ERROR, ERROR, Map.of());
    }

    @Test
    void nestingEndsAt1024() {
        assertThat(read("[".repeat(1024) + "]".repeat(1024))).singleElement().isInstanceOf(List.class);
        assertThat(read("[".repeat(1025) + "]".repeat(1025))).hasSize(1026).containsOnly(ERROR);
        assertThat(read("{\"a\":".repeat(1025) + "1" + "}".repeat(1025)))
                .hasSize(1029)
                .startsWith(ERROR, "\"a\"", ERROR, 1L, ERROR);
    }

    @Test
    void aMessageOfTooManyTokensIsCut() {
        byte[] flood = new byte[JsonStream.MAXIMUM_TOKENS * 2];
        for (int i = 0; i < flood.length; i += 2) {
            flood[i] = '1';
            flood[i + 1] = ',';
        }
        assertThat(read("[".getBytes(UTF_8), flood).getFirst()).isEqualTo(ERROR);
    }

    @Test
    void aTokenOfTooManyBytesIsCut() {
        byte[] half = "x".repeat(JsonStream.MAXIMUM_BYTES / 2).getBytes(UTF_8);
        assertThat(read("\"".getBytes(UTF_8), half, half, " [7]".getBytes(UTF_8)))
                .startsWith(ERROR)
                .endsWith(List.of(7L));
    }

    @Test
    void anySplitReadsTheSame() {
        Random random = new Random(20120314);
        String[] scraps = {
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "'",
            "\\",
            "\\u00e9",
            "true",
            "null",
            "12",
            "-",
            "0",
            ".",
            "e",
            "+",
            "%d",
            " ",
            "\n",
            "\"a\"",
            "\"id\":",
            "{\"execute\":\"x\"}",
            "\u00e9",
            "\u20ac",
            "\ud83d\ude00",
            "\0"
        };
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                text.append(scraps[random.nextInt(scraps.length)]);
            }
            byte[] bytes = text.toString().getBytes(UTF_8);
            for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            List<byte[]> pieces = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(3));
                pieces.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            assertThat(read(pieces.toArray(byte[][]::new))).as(text.toString()).isEqualTo(read(bytes));
            pieces.add(new byte[] {(byte) 0xff, '[', ']'});
            assertThat(read(pieces.toArray(byte[][]::new))).endsWith(ERROR, List.of());
        }
    }
}
