package org.margay.qmp.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of JSON values from bytes cut anywhere. A message ends when its braces and its brackets, counted apart, are
 * both closed, or one kind is closed too often. So what is grammatically wrong costs one error and never touches the message
 * that follows; after a lexical error reading starts afresh behind the bad byte.
 *
 * <p>Values are {@link LinkedHashMap}, {@link ArrayList}, {@link String}, {@link Long} (beyond 64 bits the nearest one),
 * {@link Double}, {@link Boolean} and null. Of equal keys the last one wins.
 */
final class JsonStream implements JsonLexer.Sink {
    /** Takes the messages. */
    interface Listener {
        void message(@Nullable Object value);

        void syntaxError();
    }

    /**
     * Token text of one message, in bytes: 64 MiB, or less where the heap is small. A message costs several times its size
     * until it is answered, and the machine must not go short of memory for it.
     */
    static final int MAXIMUM_BYTES = (int) Math.clamp(Runtime.getRuntime().maxMemory() / 64, 1 << 20, 1 << 26);

    /** Open braces, and open brackets. */
    static final int MAXIMUM_NESTING = 1024;

    /** Values cost more than their text. */
    static final int MAXIMUM_TOKENS = MAXIMUM_BYTES / 32;

    private enum Expected {
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        COLON,
        COMMA_OR_END,
        END
    }

    private final Listener listener;
    private final JsonLexer lexer = new JsonLexer(this);
    private final Deque<Object> open = new ArrayDeque<>();
    private final Deque<String> keys = new ArrayDeque<>();
    private @Nullable Object root;
    private Expected expected = Expected.VALUE;
    private boolean broken;
    private int braces;
    private int brackets;
    private int tokens;
    private int bytes;

    JsonStream(Listener listener) {
        this.listener = listener;
    }

    void feed(ByteBuffer input) {
        lexer.feed(input);
    }

    @Override
    public void structure(int character) {
        switch (character) {
            case '{' -> {
                braces++;
                open(new LinkedHashMap<String, @Nullable Object>(), Expected.KEY_OR_END);
            }
            case '[' -> {
                brackets++;
                open(new ArrayList<@Nullable Object>(), Expected.VALUE_OR_END);
            }
            case '}' -> {
                braces--;
                close(Map.class, Expected.KEY_OR_END);
            }
            case ']' -> {
                brackets--;
                close(List.class, Expected.VALUE_OR_END);
            }
            case ':' -> expect(Expected.COLON, Expected.VALUE);
            default -> expect(Expected.COMMA_OR_END, open.peek() instanceof Map ? Expected.KEY : Expected.VALUE);
        }
        tokenEnds(1);
    }

    @Override
    public void string(String value, boolean wellFormed) {
        if (!wellFormed) {
            fail();
        } else if (expected == Expected.KEY || expected == Expected.KEY_OR_END) {
            keys.push(value);
            expected = Expected.COLON;
        } else {
            value(value);
        }
        tokenEnds(value.length());
    }

    @Override
    public void number(String text, boolean integer) {
        if (integer) {
            value(nearestLong(text));
        } else {
            double number = Double.parseDouble(text);
            if (Double.isInfinite(number)) {
                fail();
            } else {
                value(number);
            }
        }
        tokenEnds(text.length());
    }

    @Override
    public void word(String text) {
        switch (text) {
            case "true" -> value(true);
            case "false" -> value(false);
            case "null" -> value(null);
            default -> fail();
        }
        tokenEnds(text.length());
    }

    @Override
    public void lexicalError() {
        clear();
        listener.syntaxError();
    }

    @Override
    public int room() {
        return MAXIMUM_BYTES - bytes;
    }

    @Override
    public void tooLong() {
        lexicalError();
    }

    private static long nearestLong(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private void open(Object container, Expected next) {
        if (value(container)) {
            open.push(container);
            expected = next;
        }
    }

    private void close(Class<?> kind, Expected whenEmpty) {
        if (!broken && kind.isInstance(open.peek()) && (expected == Expected.COMMA_OR_END || expected == whenEmpty)) {
            open.pop();
            expected = open.isEmpty() ? Expected.END : Expected.COMMA_OR_END;
        } else {
            fail();
        }
    }

    private void expect(Expected now, Expected next) {
        if (!broken && expected == now && !open.isEmpty()) {
            expected = next;
        } else {
            fail();
        }
    }

    /** Puts a value where one is expected; returns whether it was. */
    @SuppressWarnings("unchecked")
    private boolean value(@Nullable Object value) {
        if (broken || expected != Expected.VALUE && expected != Expected.VALUE_OR_END) {
            fail();
            return false;
        }
        switch (open.peek()) {
            case null -> root = value;
            case Map<?, ?> map -> ((Map<String, @Nullable Object>) map).put(keys.pop(), value);
            case Object list -> ((List<@Nullable Object>) list).add(value);
        }
        expected = open.isEmpty() ? Expected.END : Expected.COMMA_OR_END;
        return true;
    }

    /** What was built of the message is of no use; only its end still matters. */
    private void fail() {
        broken = true;
        open.clear();
        keys.clear();
        root = null;
        expected = Expected.END;
    }

    private void tokenEnds(int length) {
        bytes += Math.max(length, 1);
        if (braces < 0 || brackets < 0 || braces == 0 && brackets == 0) {
            Object value = root;
            boolean valid = !broken;
            clear();
            if (valid) {
                listener.message(value);
            } else {
                listener.syntaxError();
            }
        } else if (++tokens >= MAXIMUM_TOKENS
                || bytes >= MAXIMUM_BYTES
                || braces > MAXIMUM_NESTING
                || brackets > MAXIMUM_NESTING) {
            clear();
            listener.syntaxError();
        }
    }

    private void clear() {
        fail();
        broken = false;
        expected = Expected.VALUE;
        braces = 0;
        brackets = 0;
        tokens = 0;
        bytes = 0;
    }
}
