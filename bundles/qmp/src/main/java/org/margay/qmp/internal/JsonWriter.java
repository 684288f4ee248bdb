package org.margay.qmp.internal;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON in ASCII: ", " between members, ": " after keys, all else escaped, and CR LF at the end. Pretty
 * output indents by four blanks.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** What a record class's components are called and how they are read. */
    private static final ClassValue<Member[]> SHAPES = new ClassValue<>() {
        @Override
        protected Member[] computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Member::new).toArray(Member[]::new);
        }
    };

    private record Member(String name, Method accessor) {
        Member(RecordComponent component) {
            this(WireNames.of(component), component.getAccessor());
            accessor.setAccessible(true);
        }

        @Nullable
        Object of(Object record) {
            try {
                return accessor.invoke(record);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("unreadable: " + accessor, e);
            }
        }
    }

    private final boolean pretty;
    private byte[] buffer = new byte[256];
    private int length;
    private int depth;
    private final Deque<Frame> open = new ArrayDeque<>();

    JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    /** One message, its line end included. */
    static byte[] message(Object value, boolean pretty) {
        JsonWriter writer = new JsonWriter(pretty);
        writer.write(value);
        writer.ascii("\r\n");
        return Arrays.copyOf(writer.buffer, writer.length);
    }

    /** Writes a value and all in it; without recursion, since what a client sends comes back to it however deep. */
    private void write(@Nullable Object root) {
        begin(root);
        while (!open.isEmpty()) {
            Frame frame = open.peek();
            if (frame.hasNext()) {
                separate(frame.first);
                frame.first = false;
                begin(frame.next());
            } else {
                open.pop();
                end(frame.closing, frame.first);
            }
        }
    }

    /** Writes a scalar, or the start of a container, which is left open. */
    private void begin(@Nullable Object value) {
        switch (value) {
            case null -> ascii("null");
            case String text -> string(text);
            case Boolean truth -> ascii(truth.toString());
            case Double number -> number(number);
            case Float number -> number(number.doubleValue());
            case Number integer -> ascii(integer.toString());
            case Map<?, ?> map -> open('{', new MapFrame(map));
            case Iterable<?> list -> open('[', new ListFrame(list));
            case Record record -> open('{', new RecordFrame(record));
            case Enum<?> constant -> string(constant.toString());
            case Character character -> string(character.toString());
            default -> {
                if (!value.getClass().isArray()) {
                    throw new IllegalArgumentException(
                            "no JSON for " + value.getClass().getName());
                }
                open('[', new ListFrame(Arrays.asList(boxed(value))));
            }
        }
    }

    private void open(char bracket, Frame frame) {
        put(bracket);
        depth++;
        open.push(frame);
    }

    /** A container of which some is written. */
    private abstract static class Frame {
        private final char closing;
        private boolean first = true;

        Frame(char closing) {
            this.closing = closing;
        }

        abstract boolean hasNext();

        /** Writes the next member's name, if it has one, and gives its value. */
        abstract @Nullable Object next();
    }

    private static final class ListFrame extends Frame {
        private final Iterator<?> elements;

        ListFrame(Iterable<?> list) {
            super(']');
            elements = list.iterator();
        }

        @Override
        boolean hasNext() {
            return elements.hasNext();
        }

        @Override
        @Nullable
        Object next() {
            return unwrap(elements.next());
        }
    }

    private final class MapFrame extends Frame {
        private final Iterator<? extends Map.Entry<?, ?>> entries;

        MapFrame(Map<?, ?> map) {
            super('}');
            entries = map.entrySet().iterator();
        }

        @Override
        boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        @Nullable
        Object next() {
            Map.Entry<?, ?> entry = entries.next();
            name(String.valueOf(entry.getKey()));
            return unwrap(entry.getValue());
        }
    }

    /** Leaves out what is absent. */
    private final class RecordFrame extends Frame {
        private final Record record;
        private final Member[] members;
        private int index;
        private @Nullable Object value;

        RecordFrame(Record record) {
            super('}');
            this.record = record;
            this.members = SHAPES.get(record.getClass());
        }

        @Override
        boolean hasNext() {
            while (value == null && index < members.length) {
                value = unwrap(members[index++].of(record));
            }
            return value != null;
        }

        @Override
        @Nullable
        Object next() {
            name(members[index - 1].name());
            Object present = value;
            value = null;
            return present;
        }
    }

    private void name(String name) {
        string(name);
        ascii(": ");
    }

    private static Object[] boxed(Object array) {
        Object[] boxes = new Object[Array.getLength(array)];
        Arrays.setAll(boxes, i -> Array.get(array, i));
        return boxes;
    }

    /** An empty Optional is as absent as null. */
    private static @Nullable Object unwrap(@Nullable Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.orElse(null);
            case OptionalInt optional -> optional.isPresent() ? optional.getAsInt() : null;
            case OptionalLong optional -> optional.isPresent() ? optional.getAsLong() : null;
            case null, default -> value;
        };
    }

    private void separate(boolean first) {
        if (!first) {
            ascii(pretty ? "," : ", ");
        }
        indent();
    }

    private void end(char bracket, boolean empty) {
        depth--;
        if (!empty) {
            indent();
        }
        put(bracket);
    }

    private void indent() {
        if (pretty) {
            ascii("\r\n");
            for (int i = 0; i < depth; i++) {
                ascii("    ");
            }
        }
    }

    private void number(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("no JSON for " + number);
        }
        String text = Double.toString(number);
        ascii(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
                put(c);
            } else {
                escape(c);
            }
        }
        put('"');
    }

    private void escape(char c) {
        put('\\');
        switch (c) {
            case '"', '\\' -> put(c);
            case '\b' -> put('b');
            case '\f' -> put('f');
            case '\n' -> put('n');
            case '\r' -> put('r');
            case '\t' -> put('t');
            default -> {
                put('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    put((char) HEX[c >> shift & 15]);
                }
            }
        }
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(char c) {
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, length * 2);
        }
        buffer[length++] = (byte) c;
    }

    /** A value computed at most once for compact and once for pretty readers. */
    static final class Shared {
        private final Supplier<Object> value;
        private byte @Nullable [] compact;
        private byte @Nullable [] spread;

        Shared(Supplier<Object> value) {
            this.value = value;
        }

        byte[] message(boolean pretty) {
            byte[] message = pretty ? spread : compact;
            if (message == null) {
                message = JsonWriter.message(value.get(), pretty);
                if (pretty) {
                    spread = message;
                } else {
                    compact = message;
                }
            }
            return message;
        }
    }
}
